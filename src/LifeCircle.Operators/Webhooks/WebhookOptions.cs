namespace LifeCircle.Operators.Webhooks;

/// <summary>How webhooks are delivered, from the section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>False for a replica that delivers nothing.</summary>
    public bool Deliver { get; set; } = true;

    /// <summary>Webhooks of one owner.</summary>
    public int MaximumPerOwner { get; set; } = 50;

    /// <summary>Posts under way in a replica. Each waits for its receiver and costs little more than memory.</summary>
    public int ConcurrentPosts { get; set; } = 512;

    /// <summary>Of these, those that look whether a failing receiver is back.</summary>
    public int ConcurrentProbes { get; set; } = 128;

    /// <summary>Posts under way to one receiver that answers quickly; one that does not gets one at a time.</summary>
    public int ConcurrentPostsPerReceiver { get; set; } = 8;

    /// <summary>Seconds until a receiver must be connected.</summary>
    public int ConnectSeconds { get; set; } = 5;

    /// <summary>Seconds until a receiver must have answered.</summary>
    public int AnswerSeconds { get; set; } = 10;

    /// <summary>Seconds after which another replica takes a delivery over whose outcome nobody has written down.</summary>
    public int LeaseSeconds { get; set; } = 60;

    /// <summary>Days that deliveries and their attempts are kept.</summary>
    public int KeepDays { get; set; } = 30;

    internal bool IsValid => this is
    {
        MaximumPerOwner: > 0, ConcurrentPosts: > 0, ConcurrentProbes: > 0, ConcurrentPostsPerReceiver: > 0, ConnectSeconds: > 0, AnswerSeconds: > 0,
        KeepDays: > 0,
    } && LeaseSeconds > AnswerSeconds + 3; // a little more for the rest of the answer, and for writing it down
}

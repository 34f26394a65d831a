namespace LifeCircle.Messaging.Inbox;

/// <summary>
/// How often the handling of a message began, noted before the handler runs for messages that came back repeatedly. Whichever
/// was being handled when the process died is counted; those that merely waited in its prefetch are not.
/// </summary>
public sealed class InboxAttempt
{
    private InboxAttempt() { }

    /// <summary>The queue.</summary>
    public string Endpoint { get; private set; } = "";

    public Guid MessageId { get; private set; }

    public int Attempts { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }
}

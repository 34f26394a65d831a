namespace LifeCircle.Operators.Webhooks.Sending;

/// <summary>A delivery that this replica is at, with all that a post needs.</summary>
/// <param name="SubscriptionId">The webhook.</param>
/// <param name="MessageId">The <c>webhook-id</c>.</param>
/// <param name="Lease">Under which its outcome is written down.</param>
/// <param name="Attempts">How many there were before.</param>
/// <param name="Body">What is sent.</param>
/// <param name="Traceparent">The trace that the event belongs to.</param>
/// <param name="Url">Where to.</param>
/// <param name="SealedSecret">Signs.</param>
/// <param name="SealedPreviousSecret">Signs too, until its end.</param>
/// <param name="PreviousSecretUntil">That end.</param>
/// <param name="FirstAttemptAt">The first of its attempts since it began, or was replayed; null before that.</param>
/// <param name="FailingSince">Since when its receiver fails; null for one that works.</param>
/// <param name="IsPing">Whether its owner tries the receiver out with it: it is tried once, and tells nothing of the receiver but its success.</param>
/// <param name="IsProbe">Whether it is to find out if a failing receiver is back.</param>
internal sealed record LeasedDelivery(
    Guid SubscriptionId, Guid MessageId, Guid Lease, int Attempts, string Body, string? Traceparent, string Url, byte[] SealedSecret,
    byte[]? SealedPreviousSecret, DateTimeOffset? PreviousSecretUntil, DateTimeOffset? FirstAttemptAt, DateTimeOffset? FailingSince, bool IsPing, bool IsProbe);

namespace LifeCircle.Messaging.Inbox;

/// <summary>
/// A message whose handling began, written before the handler runs for messages that came back repeatedly. Whoever is in the
/// middle of being handled when the process dies is counted here; those that merely waited in its prefetch are not.
/// </summary>
public sealed class InboxAttempt
{
    private InboxAttempt() { }

    public string Endpoint { get; private set; } = "";

    public Guid MessageId { get; private set; }

    public int Attempts { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }
}

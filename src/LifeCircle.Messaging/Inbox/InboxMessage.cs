namespace LifeCircle.Messaging.Inbox;

/// <summary>A message that an endpoint has handled: kept for as long as the message may come again.</summary>
public sealed class InboxMessage
{
    private InboxMessage() { }

    /// <summary>The queue, e.g. <c>facilities-operator-suspended</c>.</summary>
    public string Endpoint { get; private set; } = "";

    public Guid MessageId { get; private set; }

    public DateTimeOffset HandledAt { get; private set; }
}

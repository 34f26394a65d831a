namespace LifeCircle.Messaging;

/// <summary>Headers that every event carries beside MassTransit's own.</summary>
public static class MessagingHeaders
{
    /// <summary>The aggregate that the event is about; consumers handle its events one after the other.</summary>
    public const string AggregateId = "aggregate-id";

    /// <summary>The aggregate's version once the fact holds: lets a consumer recognise what it has already seen overtaken.</summary>
    public const string AggregateVersion = "aggregate-version";
}

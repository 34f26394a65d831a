namespace LifeCircle.Operators.Webhooks.Deliveries;

/// <summary>What becomes of a delivery.</summary>
public enum DeliveryState
{
    /// <summary>It waits, or is under way.</summary>
    Pending,

    /// <summary>The receiver answered with success.</summary>
    Delivered,

    /// <summary>It was given up; its owner may replay it.</summary>
    Failed,
}

/// <summary>Why an attempt failed that had no answer.</summary>
public enum AttemptError
{
    /// <summary>The name of the host is not known.</summary>
    NameNotResolved,

    /// <summary>The host's address is not one of the public internet.</summary>
    AddressRefused,

    /// <summary>No connection came about.</summary>
    NotConnected,

    /// <summary>The receiver's certificate is not valid for its name, or TLS failed otherwise.</summary>
    TlsFailed,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>The connection broke, or the answer was no HTTP.</summary>
    Broken,
}

/// <summary>An event as webhooks tell it, once for all of them.</summary>
public sealed class WebhookMessage
{
    /// <summary>The <c>webhook-id</c>: the same in every attempt and replay, so that a receiver knows what it has had.</summary>
    public required Guid Id { get; init; }

    public required string Type { get; init; }

    /// <summary>The bytes that are signed and sent, as text.</summary>
    public required string Body { get; init; }

    /// <summary>The trace that the event belongs to.</summary>
    public string? Traceparent { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>An event on its way to one webhook.</summary>
public sealed class WebhookDelivery
{
    public required Guid SubscriptionId { get; init; }

    public required Guid MessageId { get; init; }

    /// <summary>In the order of events; 0 for what goes before all of them.</summary>
    public long Position { get; private set; }

    /// <summary>What the event is about.</summary>
    public required Guid Subject { get; init; }

    public required string Type { get; init; }

    public DeliveryState State { get; private set; }

    /// <summary>Attempts since it began, or was replayed.</summary>
    public int Attempts { get; private set; }

    public DateTimeOffset NextAttemptAt { get; private set; }

    /// <summary>Until when a replica is at it; after that it is anybody's.</summary>
    public DateTimeOffset? LeasedUntil { get; private set; }

    /// <summary>Which lease; an outcome under another one counts no more.</summary>
    public Guid? Lease { get; private set; }

    public int? LastStatus { get; private set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; private set; }
}

/// <summary>One post and what came of it.</summary>
public sealed class WebhookAttempt
{
    public long Id { get; private set; }

    public required Guid SubscriptionId { get; init; }

    public required Guid MessageId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Milliseconds.</summary>
    public required double Duration { get; init; }

    /// <summary>Status of the answer; null without one.</summary>
    public int? Status { get; init; }

    public AttemptError? Error { get; init; }

    public required string Url { get; init; }

    /// <summary>A line each, as they were sent. A signature tells nothing of its secret.</summary>
    public required string RequestHeaders { get; init; }

    /// <summary>Of the answer's headers those that tell what went wrong, a line each.</summary>
    public string? ResponseHeaders { get; init; }

    /// <summary>The first bytes of the answer's body.</summary>
    public string? ResponseBody { get; init; }
}

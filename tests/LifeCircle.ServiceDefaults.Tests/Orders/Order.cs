using LifeCircle.Contracts;

namespace LifeCircle.ServiceDefaults.Tests.Orders;

/// <summary>How soon.</summary>
public enum Urgency
{
    /// <summary>Whenever it suits.</summary>
    Whenever,

    /// <summary>On the next day.</summary>
    NextDay,
}

public sealed class Order
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Reference { get; set; }

    public required string DivisionCode { get; init; }

    public required Urgency Urgency { get; set; }

    public string? Note { get; set; }

    public long Version { get; set; } = 1;

    public DateTimeOffset ChangedAt { get; set; }
}

public sealed record OrderPlaced(Guid OrderId, long Version, string Reference) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OrderId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>An order as the API shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Reference">The client's own name for it.</param>
/// <param name="DivisionCode">Where it is to be delivered.</param>
/// <param name="Urgency">How soon.</param>
/// <param name="Note">What else was said.</param>
/// <param name="ChangedAt">When it was last changed.</param>
public sealed record OrderAnswer(Guid Id, string Reference, string DivisionCode, Urgency Urgency, string? Note, DateTimeOffset ChangedAt)
{
    public static OrderAnswer Of(Order order) =>
        new(order.Id, order.Reference, order.DivisionCode, order.Urgency, order.Note, order.ChangedAt);
}

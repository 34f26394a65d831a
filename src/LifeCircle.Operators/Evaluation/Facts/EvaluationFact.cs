using System.Text.Json;
using LifeCircle.Contracts;
using LifeCircle.Contracts.Care;
using MassTransit.Serialization;

namespace LifeCircle.Operators.Evaluation.Facts;

/// <summary>
/// A fact of a care order, word for word as Care told it. The broker forgets an event once it is handled; what the evaluation does not use
/// of it today, a rule of tomorrow may. Rows are added only, and never deleted: they hold ids and facts, no personal data.
/// </summary>
public sealed class EvaluationFact
{
    private static readonly Dictionary<string, Type> Types = ((Type[])
    [
        typeof(CareOrderOffered), typeof(CareOrderAccepted), typeof(CareOrderDeclined), typeof(CareOfferExpired), typeof(CareVisitStarted),
        typeof(CareOrderConfirmed), typeof(CareOrderCancelled), typeof(CareVisitRefuted), typeof(CareComplaintDecided),
    ]).ToDictionary(NameOf);

    private EvaluationFact() { }

    public Guid OrderId { get; private set; }

    /// <summary>The order's version; Care makes one an event.</summary>
    public long Version { get; private set; }

    /// <summary>The event's name on the wire.</summary>
    public string EventType { get; private set; } = "";

    public Guid OfferId { get; private set; }

    /// <summary>The event as it came, also with members that this version of the service does not know.</summary>
    public string Payload { get; private set; } = "";

    public DateTimeOffset ReceivedAt { get; private set; }

    internal static string NameOf(Type type) => type.FullName!;

    /// <summary>The event, read as the consumer read it.</summary>
    /// <exception cref="InvalidOperationException">A later version of the service has kept it.</exception>
    internal IIntegrationEvent Read() => Types.TryGetValue(EventType, out var type)
        ? (IIntegrationEvent)JsonSerializer.Deserialize(Payload, type, SystemTextJsonMessageSerializer.Options)!
        : throw new InvalidOperationException($"This version of the service does not know {EventType}.");

    /// <summary>A moment as it comes back from the database, which keeps microseconds.</summary>
    internal static DateTimeOffset Stored(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
}

/// <summary>What every fact of a care order says.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Version">The order's version.</param>
/// <param name="OfferId">The offer; null where no operator serves the order.</param>
/// <param name="OperatorId">To whom it was made; null as well.</param>
/// <param name="Kind">The kind of service.</param>
/// <param name="DivisionCode">Where it is to be delivered.</param>
internal sealed record FactSubject(Guid OrderId, long Version, Guid? OfferId, Guid? OperatorId, string Kind, string DivisionCode)
{
    public static FactSubject Of(IIntegrationEvent fact) => fact switch
    {
        CareOrderOffered it => new(it.OrderId, it.Version, it.OfferId, it.OperatorId, it.Kind, it.DivisionCode),
        CareOrderAccepted it => new(it.OrderId, it.Version, it.OfferId, it.OperatorId, it.Kind, it.DivisionCode),
        CareOrderDeclined it => new(it.OrderId, it.Version, it.OfferId, it.OperatorId, it.Kind, it.DivisionCode),
        CareOfferExpired it => new(it.OrderId, it.Version, it.OfferId, it.OperatorId, it.Kind, it.DivisionCode),
        CareVisitStarted it => new(it.OrderId, it.Version, it.OfferId, it.OperatorId, it.Kind, it.DivisionCode),
        CareOrderConfirmed it => new(it.OrderId, it.Version, it.OfferId, it.OperatorId, it.Kind, it.DivisionCode),
        CareOrderCancelled it => new(it.OrderId, it.Version, it.OfferId, it.OperatorId, it.Kind, it.DivisionCode),
        CareVisitRefuted it => new(it.OrderId, it.Version, it.OfferId, it.OperatorId, it.Kind, it.DivisionCode),
        CareComplaintDecided it => new(it.OrderId, it.Version, it.OfferId, it.OperatorId, it.Kind, it.DivisionCode),
        _ => throw new InvalidOperationException($"{fact.GetType().Name} says nothing about a care order."),
    };
}

namespace LifeCircle.Contracts.Care;

/// <summary>A care order is offered to an operator, which may take it until the offer ends.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Version">The order's version.</param>
/// <param name="OfferId">The offer; each time that the order is offered to somebody it is another.</param>
/// <param name="OperatorId">To whom.</param>
/// <param name="Kind">Kind of service, e.g. <c>meals</c>.</param>
/// <param name="DivisionCode">Where it is to be delivered: the community (12 digits) or, where none is known, the street or district.</param>
/// <param name="From">First moment of the promised window, in which the visit is to begin.</param>
/// <param name="Until">First moment after it.</param>
/// <param name="ExpiresAt">When the offer ends without an answer.</param>
/// <param name="At">When it took effect.</param>
public sealed record CareOrderOffered(
    Guid OrderId, long Version, Guid OfferId, Guid OperatorId, string Kind, string DivisionCode, DateTimeOffset From, DateTimeOffset Until,
    DateTimeOffset ExpiresAt, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OrderId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>
/// An operator has promised a visit. It comes again with a later version when the window is moved by agreement. An order that skips
/// acceptance, as emergencies do, is accepted without having been offered.
/// </summary>
/// <param name="OrderId">The order.</param>
/// <param name="Version">The order's version.</param>
/// <param name="OfferId">The offer; each time that the order is offered to somebody it is another.</param>
/// <param name="OperatorId">Who promises it.</param>
/// <param name="Kind">Kind of service, e.g. <c>meals</c>.</param>
/// <param name="DivisionCode">Where it is to be delivered: the community (12 digits) or, where none is known, the street or district.</param>
/// <param name="From">First moment of the promised window, in which the visit is to begin.</param>
/// <param name="Until">First moment after it.</param>
/// <param name="At">When it took effect.</param>
public sealed record CareOrderAccepted(
    Guid OrderId, long Version, Guid OfferId, Guid OperatorId, string Kind, string DivisionCode, DateTimeOffset From, DateTimeOffset Until,
    DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OrderId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>
/// An operator does not take an offer; the order goes to the next. Beyond the design's list, because who declines and who does not answer
/// are both part of how an operator is evaluated.
/// </summary>
/// <param name="OrderId">The order.</param>
/// <param name="Version">The order's version.</param>
/// <param name="OfferId">The offer; each time that the order is offered to somebody it is another.</param>
/// <param name="OperatorId">To whom.</param>
/// <param name="Kind">Kind of service, e.g. <c>meals</c>.</param>
/// <param name="DivisionCode">Where it is to be delivered: the community (12 digits) or, where none is known, the street or district.</param>
/// <param name="At">When it took effect.</param>
public sealed record CareOrderDeclined(
    Guid OrderId, long Version, Guid OfferId, Guid OperatorId, string Kind, string DivisionCode, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OrderId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>
/// An offer ended without an answer; the order goes to the next. Beyond the design's list, for the reason of <see cref="CareOrderDeclined"/>.
/// An offer that was withdrawn, because the resident cancelled or the operator was suspended, does not expire.
/// </summary>
/// <param name="OrderId">The order.</param>
/// <param name="Version">The order's version.</param>
/// <param name="OfferId">The offer; each time that the order is offered to somebody it is another.</param>
/// <param name="OperatorId">To whom.</param>
/// <param name="Kind">Kind of service, e.g. <c>meals</c>.</param>
/// <param name="DivisionCode">Where it is to be delivered: the community (12 digits) or, where none is known, the street or district.</param>
/// <param name="At">When it took effect.</param>
public sealed record CareOfferExpired(
    Guid OrderId, long Version, Guid OfferId, Guid OperatorId, string Kind, string DivisionCode, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OrderId;
    long IIntegrationEvent.AggregateVersion => Version;
}

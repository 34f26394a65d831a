namespace LifeCircle.Contracts.Care;

/// <summary>Whoever serves an order has checked in at the visit. It comes again with a later version when a supervisor corrects it.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Version">The order's version.</param>
/// <param name="OfferId">The offer under which it is served; null where none is, or a worker of the gig stations serves it.</param>
/// <param name="OperatorId">Who serves it; null as well.</param>
/// <param name="Kind">Kind of service, e.g. <c>meals</c>.</param>
/// <param name="DivisionCode">Where it is to be delivered: the community (12 digits) or, where none is known, the street or district.</param>
/// <param name="BackFilled">Entered afterwards by a supervisor, instead of by a check-in at the place.</param>
/// <param name="At">When the visit began, by the server's clock or, back-filled, as the supervisor says.</param>
public sealed record CareVisitStarted(
    Guid OrderId, long Version, Guid? OfferId, Guid? OperatorId, string Kind, string DivisionCode, bool BackFilled, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OrderId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>A completed order is closed; in a dispute or after an audit perhaps once more, with a later version.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Version">The order's version.</param>
/// <param name="OfferId">The offer under which it is served; null where none is, or a worker of the gig stations serves it.</param>
/// <param name="OperatorId">Who serves it; null as well.</param>
/// <param name="Kind">Kind of service, e.g. <c>meals</c>.</param>
/// <param name="DivisionCode">Where it is to be delivered: the community (12 digits) or, where none is known, the street or district.</param>
/// <param name="VerifiedBy">
/// What speaks for the visit beside the word of whoever served it: <c>resident</c>, <c>family</c>, <c>community_worker</c>, or
/// <c>check_in</c>, when the check-ins passed every test; null for an order that was closed by the lapse of time alone.
/// </param>
/// <param name="Rating">1 (worst) to 5, by the resident or the family; null where nobody gave one.</param>
/// <param name="At">When it took effect.</param>
public sealed record CareOrderConfirmed(
    Guid OrderId, long Version, Guid? OfferId, Guid? OperatorId, string Kind, string DivisionCode, string? VerifiedBy, int? Rating,
    DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OrderId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>
/// An order, or an operator's part in it, ended before the visit was completed. An order that its operator gave back or missed may be
/// offered to the next, under another offer.
/// </summary>
/// <param name="OrderId">The order.</param>
/// <param name="Version">The order's version.</param>
/// <param name="OfferId">The offer under which it is served; null where none is, or a worker of the gig stations serves it.</param>
/// <param name="OperatorId">Who serves it; null as well.</param>
/// <param name="Kind">Kind of service, e.g. <c>meals</c>.</param>
/// <param name="DivisionCode">Where it is to be delivered: the community (12 digits) or, where none is known, the street or district.</param>
/// <param name="By">
/// Whose doing: <c>operator</c>, which gave it back after accepting it, <c>operator_no_show</c>, <c>resident</c>, <c>resident_absent</c>, where
/// the visit found nobody, or <c>district</c>, for reasons that lie with neither.
/// </param>
/// <param name="At">When it took effect.</param>
public sealed record CareOrderCancelled(
    Guid OrderId, long Version, Guid? OfferId, Guid? OperatorId, string Kind, string DivisionCode, string By, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OrderId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>
/// An audit or a dispute found that a visit did not take place as it was reported. Beyond the design's list, because phantom visits must not
/// count for whoever reported them.
/// </summary>
/// <param name="OrderId">The order.</param>
/// <param name="Version">The order's version.</param>
/// <param name="OfferId">The offer under which it is served; null where none is, or a worker of the gig stations serves it.</param>
/// <param name="OperatorId">Who serves it; null as well.</param>
/// <param name="Kind">Kind of service, e.g. <c>meals</c>.</param>
/// <param name="DivisionCode">Where it is to be delivered: the community (12 digits) or, where none is known, the street or district.</param>
/// <param name="At">When it took effect.</param>
public sealed record CareVisitRefuted(
    Guid OrderId, long Version, Guid? OfferId, Guid? OperatorId, string Kind, string DivisionCode, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OrderId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>
/// A complaint about an order was decided on; after an appeal once more, with a later version. Beyond the design's list, because only
/// complaints that were found right count in an evaluation.
/// </summary>
/// <param name="OrderId">The order.</param>
/// <param name="Version">The order's version.</param>
/// <param name="OfferId">The offer under which it was served; null where none is, or a worker of the gig stations served it.</param>
/// <param name="OperatorId">Who served it; null as well.</param>
/// <param name="Kind">Kind of service, e.g. <c>meals</c>.</param>
/// <param name="DivisionCode">Where it is to be delivered: the community (12 digits) or, where none is known, the street or district.</param>
/// <param name="ComplaintId">The complaint.</param>
/// <param name="Upheld">Whether it was found right.</param>
/// <param name="At">When it took effect.</param>
public sealed record CareComplaintDecided(
    Guid OrderId, long Version, Guid? OfferId, Guid? OperatorId, string Kind, string DivisionCode, Guid ComplaintId, bool Upheld,
    DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OrderId;
    long IIntegrationEvent.AggregateVersion => Version;
}

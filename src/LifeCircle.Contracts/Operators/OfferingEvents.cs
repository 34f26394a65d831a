namespace LifeCircle.Contracts.Operators;

/// <summary>What an operator provides is on offer, for the first time or changed. Whoever keeps a copy replaces it.</summary>
/// <param name="OfferingId">The offering.</param>
/// <param name="Version">The offering's version.</param>
/// <param name="OperatorId">Who provides it.</param>
/// <param name="Kind">Kind of service, e.g. <c>meals</c>.</param>
/// <param name="DivisionCodes">Where: 6, 9 or 12 digits. Together with the life circles: in any of them.</param>
/// <param name="LifeCircleIds">Where, by life circle.</param>
/// <param name="FacilityIds">The facilities that it is provided at or from.</param>
/// <param name="Hours">When, by the week, as in OpenStreetMap: <c>Mo-Fr 08:00-18:00; Sa 09:00-12:00</c>, in the district's zone.</param>
/// <param name="CapacityPerDay">How many units a day; null for no limit.</param>
/// <param name="Price">Yuan a unit.</param>
/// <param name="Unit">What is counted and paid: <c>meal</c>, <c>visit</c>, <c>hour</c>, <c>order</c>, <c>day</c>, <c>course</c>, <c>job</c>.</param>
/// <param name="At">When it took effect.</param>
public sealed record OfferingPublished(
    Guid OfferingId, long Version, Guid OperatorId, string Kind, IReadOnlyList<string> DivisionCodes, IReadOnlyList<Guid> LifeCircleIds,
    IReadOnlyList<Guid> FacilityIds, string Hours, int? CapacityPerDay, decimal Price, string Unit, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OfferingId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>An offering ended, by its operator's will or with its operator's right to serve.</summary>
/// <param name="OfferingId">The offering.</param>
/// <param name="Version">The offering's version.</param>
/// <param name="OperatorId">Who provided it.</param>
/// <param name="At">When it took effect.</param>
public sealed record OfferingWithdrawn(Guid OfferingId, long Version, Guid OperatorId, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OfferingId;
    long IIntegrationEvent.AggregateVersion => Version;
}

namespace LifeCircle.Contracts.Facilities;

/// <summary>A facility began its service to residents.</summary>
/// <param name="FacilityId">The facility.</param>
/// <param name="Version">The facility's version.</param>
/// <param name="Category">Code of the facility's format, e.g. <c>wet_market</c>.</param>
/// <param name="DivisionCode">The community (12 digits) or, where none is known, the street or district that it stands in.</param>
/// <param name="LifeCircleId">The life circle around it, if it lies in one.</param>
/// <param name="At">When it took effect.</param>
public sealed record FacilityOpened(
    Guid FacilityId, long Version, string Category, string DivisionCode, Guid? LifeCircleId, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => FacilityId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>
/// A facility is out of service for a while, for example for repair. Announced ahead (<c>From</c> lies in the future), it comes again with
/// a later version when it takes effect, and whenever its end is moved.
/// </summary>
/// <param name="FacilityId">The facility.</param>
/// <param name="Version">The facility's version.</param>
/// <param name="Category">Code of the facility's format.</param>
/// <param name="DivisionCode">Where it stands.</param>
/// <param name="LifeCircleId">The life circle around it, if it lies in one.</param>
/// <param name="From">First moment without service.</param>
/// <param name="Until">First moment with service again; null while that is not known.</param>
/// <param name="Reason">Why, as announced to residents.</param>
/// <param name="InEffect">Whether it is out of service already, rather than announced to be; null in events of earlier releases.</param>
public sealed record FacilitySuspended(
    Guid FacilityId, long Version, string Category, string DivisionCode, Guid? LifeCircleId,
    DateTimeOffset From, DateTimeOffset? Until, string Reason, bool? InEffect = null) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => FacilityId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>A suspended facility serves residents again.</summary>
/// <param name="FacilityId">The facility.</param>
/// <param name="Version">The facility's version.</param>
/// <param name="Category">Code of the facility's format.</param>
/// <param name="DivisionCode">Where it stands.</param>
/// <param name="LifeCircleId">The life circle around it, if it lies in one.</param>
/// <param name="At">When it took effect.</param>
public sealed record FacilityReopened(
    Guid FacilityId, long Version, string Category, string DivisionCode, Guid? LifeCircleId, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => FacilityId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>A facility ended for good.</summary>
/// <param name="FacilityId">The facility.</param>
/// <param name="Version">The facility's version.</param>
/// <param name="Category">Code of the facility's format.</param>
/// <param name="DivisionCode">Where it stood.</param>
/// <param name="LifeCircleId">The life circle around it, if it lay in one.</param>
/// <param name="At">When it took effect.</param>
public sealed record FacilityClosed(
    Guid FacilityId, long Version, string Category, string DivisionCode, Guid? LifeCircleId, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => FacilityId;
    long IIntegrationEvent.AggregateVersion => Version;
}

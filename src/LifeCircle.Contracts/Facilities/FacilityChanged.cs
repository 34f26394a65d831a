namespace LifeCircle.Contracts.Facilities;

/// <summary>
/// A facility was registered before it serves, its particulars were changed, or somebody assured that it stands; whatever has no event of
/// its own.
/// </summary>
/// <param name="FacilityId">The facility.</param>
/// <param name="Version">The facility's version.</param>
/// <param name="Category">Code of the facility's format.</param>
/// <param name="DivisionCode">Where it stands.</param>
/// <param name="LifeCircleId">The life circle around it, if it lies in one.</param>
/// <param name="IsOpen">Whether it serves residents; a change does not change that.</param>
/// <param name="At">When it took effect.</param>
public sealed record FacilityChanged(
    Guid FacilityId, long Version, string Category, string DivisionCode, Guid? LifeCircleId, bool IsOpen, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => FacilityId;
    long IIntegrationEvent.AggregateVersion => Version;
}

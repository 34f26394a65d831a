namespace LifeCircle.Contracts.Facilities;

/// <summary>A life circle was drawn for the first time, or its boundary or centre moved.</summary>
/// <param name="LifeCircleId">The life circle.</param>
/// <param name="Version">The life circle's version.</param>
/// <param name="Code">The district's own number for it.</param>
/// <param name="DivisionCode">The street (9 digits) or community (12 digits) that leads it.</param>
/// <param name="At">When it took effect.</param>
public sealed record LifeCircleRedrawn(
    Guid LifeCircleId, long Version, string Code, string DivisionCode, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => LifeCircleId;
    long IIntegrationEvent.AggregateVersion => Version;
}

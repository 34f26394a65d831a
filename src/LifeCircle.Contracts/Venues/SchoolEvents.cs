namespace LifeCircle.Contracts.Venues;

/// <summary>A school has announced other sharing hours for its fields, or withdrawn some that were announced.</summary>
/// <param name="SchoolId">The school.</param>
/// <param name="Version">Counts what decides when the school's fields are open.</param>
/// <param name="FieldId">The field; null for all that have no hours of their own.</param>
/// <param name="ValidFrom">First day that they hold for.</param>
/// <param name="At">When it was announced.</param>
public sealed record SharingHoursChanged(Guid SchoolId, long Version, Guid? FieldId, DateOnly ValidFrom, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => SchoolId;
    long IIntegrationEvent.AggregateVersion => Version;
}

/// <summary>Fields of a school are closed for a while, or a closure was changed or lifted; the later version counts.</summary>
/// <param name="ClosureId">The closure.</param>
/// <param name="Version">The closure's version.</param>
/// <param name="SchoolId">The school.</param>
/// <param name="FieldIds">The fields; empty for all of the school.</param>
/// <param name="From">First moment closed.</param>
/// <param name="Until">First moment open again; null while that is not known.</param>
/// <param name="Reason">Code of the reason, e.g. <c>exam</c>.</param>
/// <param name="Lifted">Whether it does not count any more.</param>
/// <param name="At">When it was announced.</param>
public sealed record ClosureAnnounced(
    Guid ClosureId, long Version, Guid SchoolId, IReadOnlyList<Guid> FieldIds, DateTimeOffset From, DateTimeOffset? Until, string Reason, bool Lifted, DateTimeOffset At)
    : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => ClosureId;
    long IIntegrationEvent.AggregateVersion => Version;
}

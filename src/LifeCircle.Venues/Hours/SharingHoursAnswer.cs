namespace LifeCircle.Venues.Hours;

/// <summary>Sharing hours.</summary>
/// <param name="Id">Their id.</param>
/// <param name="SchoolId">Whose.</param>
/// <param name="FieldId">Absent: for all fields of the school that have none of their own.</param>
/// <param name="ValidFrom">The first day; they are in force until later ones begin.</param>
/// <param name="Hours">By the kind of day.</param>
/// <param name="AnnouncedAt">When they were made known.</param>
public sealed record SharingHoursAnswer(Guid Id, Guid SchoolId, Guid? FieldId, DateOnly ValidFrom, HoursByDayKind Hours, DateTimeOffset AnnouncedAt)
{
    internal static SharingHoursAnswer Of(SharingHours row) => new(row.Id, row.SchoolId, row.FieldId, row.ValidFrom, row.Hours, row.AnnouncedAt);
}

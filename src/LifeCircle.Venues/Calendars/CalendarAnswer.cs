using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Calendars;

/// <summary>The calendar of a school.</summary>
/// <param name="SchoolId">Whose.</param>
/// <param name="Terms">Its terms, with their timetables.</param>
/// <param name="Events">What is beside the timetable.</param>
/// <param name="Version">Its version; the ETag holds it, too.</param>
/// <param name="ChangedAt">When it last changed.</param>
public sealed record CalendarAnswer(Guid SchoolId, IReadOnlyList<Term> Terms, IReadOnlyList<SchoolEvent> Events, long Version, DateTimeOffset ChangedAt)
{
    internal static OkVersioned<CalendarAnswer> Ok(SchoolCalendar row) =>
        ETags.Ok(new CalendarAnswer(row.SchoolId, row.Terms.Terms, row.Terms.Events, row.Version, row.ChangedAt), row.Version);
}

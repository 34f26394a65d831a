using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Calendars;

/// <summary>The calendar as it is.</summary>
public static class GetCalendar
{
    public static async Task<OkVersioned<CalendarAnswer>> Handle(Guid id, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        var school = await db.SchoolAsync(id, caller, cancel);
        return CalendarAnswer.Ok(await db.Set<SchoolCalendar>().AsNoTracking().SingleAsync(row => row.SchoolId == school.Id, cancel));
    }
}

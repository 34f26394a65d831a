using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Persons;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Feeds.ICalendar;

/// <summary>That there is such an address.</summary>
/// <param name="CreatedAt">Since when.</param>
public sealed record CalendarLinkAnswer(DateTimeOffset CreatedAt);

/// <summary>Whether there is one.</summary>
public static class GetCalendarLink
{
    public static async Task<Ok<CalendarLinkAnswer>> Handle(Guid id, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        await db.PersonAsync(id, caller, cancel);
        var since = await db.CalendarLinkOf(id, caller).Select(row => (DateTimeOffset?)row.CreatedAt).SingleOrDefaultAsync(cancel)
            ?? throw new RuleBroken(FeedRules.LinkNotFound);
        return TypedResults.Ok(new CalendarLinkAnswer(since.ToOffset(DistrictDay.Offset)));
    }
}

using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Persons;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Feeds.ICalendar;

/// <summary>The address of a person's calendar leads nowhere any more.</summary>
public static class EndCalendarLink
{
    public static async Task<NoContent> Handle(Guid id, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        await db.PersonAsync(id, caller, cancel);
        if (await db.CalendarLinkOf(id, caller).ExecuteDeleteAsync(cancel) == 0) throw new RuleBroken(FeedRules.LinkNotFound);
        db.RecordAudit(AuditActor.Of(caller), "person.calendar_link_ended", "person", id, clock.GetUtcNow());
        await db.SaveChangesAsync(cancel);
        return TypedResults.NoContent();
    }
}

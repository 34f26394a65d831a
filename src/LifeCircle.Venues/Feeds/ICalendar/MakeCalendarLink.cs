using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Persons;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Feeds.ICalendar;

/// <summary>The secret address of a person's calendar. Whoever has it sees the bookings, so it goes to the person alone.</summary>
/// <param name="Address">To subscribe to in a calendar program; shown this once.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record NewCalendarLinkAnswer(string Address, DateTimeOffset CreatedAt)
{
    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(NewCalendarLinkAnswer);
}

/// <summary>Makes an address; the one that this client's side had of the person ends.</summary>
public static class MakeCalendarLink
{
    internal static async Task<Created<NewCalendarLinkAnswer>> Handle(
        Guid id, Caller caller, HttpRequest request, FeedAddress address, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        await db.PersonAsync(id, caller, cancel);
        await db.HoldPersonAsync(id, cancel); // two at once would both be the only one
        var now = clock.GetUtcNow();
        var (link, token) = CalendarLink.Make(id, caller, now);
        await db.CalendarLinkOf(id, caller).ExecuteDeleteAsync(cancel);
        db.Add(link);
        db.RecordAudit(AuditActor.Of(caller), "person.calendar_link_made", "person", id, now);
        await db.SaveChangesAsync(cancel);
        return TypedResults.Created($"/venues/v1/persons/{id}/calendar-link",
            new NewCalendarLinkAnswer($"{address.Of(request)}/venues/v1/calendars/{token}.ics", now.ToOffset(DistrictDay.Offset)));
    }
}

using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Companions;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Gate;

/// <summary>Who stands at the gate: by code, by resident ID without a smartphone, or by the booking on the list. One of the three.</summary>
public sealed record CheckInRequest
{
    /// <summary>The six digits of the booking.</summary>
    [Matches("^[0-9]{6}$")]
    public string? EntryCode { get; init; }

    /// <summary>The resident ID of the person who has booked.</summary>
    [TextLength(18, 40)]
    public string? ResidentId { get; init; }

    /// <summary>The booking on the gate's list.</summary>
    public Guid? BookingId { get; init; }

    /// <summary>How many come; left out: as many as were booked for.</summary>
    [Between(1, 2_000)]
    public int? Attended { get; init; }

    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(CheckInRequest);
}

/// <summary>The gate lets somebody in.</summary>
public static class CheckIn
{
    internal static async Task<OkVersioned<GateEntry>> Handle(Guid id, CheckInRequest request, Caller caller, VenuesDbContext db, Setups setups,
        PersonalData personal, BlindIndex indexes, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await db.SchoolAsync(id, caller, cancel);
        var terms = (await setups.OfAsync(db, id, cancel)).TermsOn(DistrictDay.Of(now));
        var (opens, comes) = (now, now.AddMinutes(terms.EntryBeforeMinutes));
        var rows = db.Set<Booking>().VisibleTo(caller).Where(row => row.SchoolId == id);
        var found = await Wanted(rows, request, db, indexes, now)
            .Where(row => request.BookingId != null || ((row.State == BookingState.Confirmed || row.State == BookingState.CheckedIn) && row.From <= comes && row.Until > opens))
            .OrderBy(row => row.State == BookingState.CheckedIn).ThenBy(row => row.From).Take(2).ToListAsync(cancel);
        // Two that come with the same code are as good as none; a person's own two are one after the other. Who is in already is told so.
        if (found.Count == 0 || (request.EntryCode is not null && found.Count(row => row.State is BookingState.Confirmed) > 1)) throw new RuleBroken(BookingRules.CodeUnknown);
        var booking = found[0];
        var attended = request.Attended ?? booking.PartySize;
        if (attended > booking.PartySize)
            throw new RuleBroken(BookingRules.PartyTooLarge, "attended", $"Booked for {booking.PartySize}.", $"预订人数为 {booking.PartySize}。");
        db.Publish(booking.CheckIn(attended, terms, now));
        await db.SaveChangesAsync(cancel);
        var person = await db.Set<Person>().SingleAsync(row => row.Id == booking.PersonId, cancel);
        return ETags.Ok(GateEntry.Of(booking, person, (await db.CompanionsAsync([booking.Id], personal, cancel))[booking.Id], personal), booking.Version);
    }

    private static IQueryable<Booking> Wanted(IQueryable<Booking> rows, CheckInRequest request, VenuesDbContext db, BlindIndex indexes, DateTimeOffset now)
    {
        switch (request)
        {
            case { EntryCode: { } code, ResidentId: null, BookingId: null }:
                return rows.Where(row => row.EntryCode == code);
            case { EntryCode: null, ResidentId: { } number, BookingId: null }:
                var index = indexes.Of(Person.ResidentIdColumn, ServiceDefaults.ResidentId.Parse(number, "resident_id", DistrictDay.Of(now)));
                return rows.Where(row => db.Set<Person>().Any(person => person.Id == row.PersonId && person.ResidentIdIndex == index));
            case { EntryCode: null, ResidentId: null, BookingId: { } id }:
                return rows.Where(row => row.Id == id);
            default:
                throw new RuleBroken(VenuesRules.ValueInvalid, "entry_code", "Give one of entry_code, resident_id and booking_id.", "须提供 entry_code、resident_id、booking_id 三者之一。");
        }
    }
}

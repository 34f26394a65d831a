using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Companions;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schools;
using LifeCircle.Venues.Terms;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Gate;

/// <summary>A booking as the gate sees it.</summary>
/// <param name="BookingId">The booking.</param>
/// <param name="Version">Its version, for <c>If-Match</c>.</param>
/// <param name="State">Where it is on its way.</param>
/// <param name="FieldId">The field.</param>
/// <param name="Unit">Code of the unit; absent where the field is booked by headcount.</param>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
/// <param name="PartySize">For how many persons.</param>
/// <param name="Name">The masked name of the person who has booked.</param>
/// <param name="ResidentId">The masked resident ID.</param>
/// <param name="Group">What the group is called, if it is one's.</param>
/// <param name="FreeGroup">Why it costs nothing: to be checked, unless it is age.</param>
/// <param name="Companions">Those who come along and have said so, masked; others may come, too.</param>
public sealed record GateEntry(
    Guid BookingId, long Version, BookingState State, Guid FieldId, string? Unit, DateTimeOffset From, DateTimeOffset Until, int PartySize, string Name,
    string ResidentId, string? Group, FreeGroup? FreeGroup, IReadOnlyList<CompanionAnswer> Companions)
{
    internal static GateEntry Of(Booking row, Person person, IEnumerable<CompanionAnswer> companions, PersonalData personal) => new(row.Id, row.Version, row.State, row.FieldId, row.Unit, row.From, row.Until,
        row.PartySize, personal.Mask(Person.NameColumn, person.Id, person.Name, Masks.Name)!,
        personal.Mask(Person.ResidentIdColumn, person.Id, person.ResidentId, Masks.ResidentId)!, row.Group?.Name, row.FreeGroup, [.. companions]);
}

/// <summary>Who comes to a school on a day.</summary>
public static class GateList
{
    private const int MostEntries = 5_000;

    /// <summary>Lists the day's certain bookings, by when they begin, for a gate without a connection: on paper, for example.</summary>
    /// <param name="id">The school.</param>
    /// <param name="date">The day; today if not given.</param>
    /// <param name="caller">Sees its own division only, and an operator what it has booked.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="personal">Masks.</param>
    /// <param name="clock">Knows today.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Ok<IReadOnlyList<GateEntry>>> Handle(
        Guid id, DateOnly? date, Caller caller, VenuesDbContext db, PersonalData personal, TimeProvider clock, CancellationToken cancel)
    {
        if (date?.Year is < 2020 or > 2100) throw new RuleBroken(Problems.Invalid, "date", "The year must be from 2020 to 2100.", "年份须在 2020 到 2100 之间。");
        await db.SchoolAsync(id, caller, cancel);
        var day = date ?? DistrictDay.Of(clock.GetUtcNow());
        var (begins, ends) = (DistrictDay.Begins(day), DistrictDay.Begins(day.AddDays(1)));
        var rows = await db.Set<Booking>().AsNoTracking().VisibleTo(caller).Where(row => row.SchoolId == id && row.From >= begins && row.From < ends
                && (row.State == BookingState.Confirmed || row.State == BookingState.CheckedIn || row.State == BookingState.Completed))
            .Join(db.Set<Person>(), row => row.PersonId, person => person.Id, (Booking, Person) => new { Booking, Person })
            .OrderBy(row => row.Booking.From).ThenBy(row => row.Booking.Id).Take(MostEntries).ToListAsync(cancel);
        var companions = await db.CompanionsAsync([.. rows.Select(row => row.Booking.Id)], personal, cancel);
        return TypedResults.Ok<IReadOnlyList<GateEntry>>([.. rows.Select(row => GateEntry.Of(row.Booking, row.Person, companions[row.Booking.Id], personal))]);
    }
}

using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Availability;

/// <summary>What could be booked in the place of a booking.</summary>
/// <param name="FieldId">The field.</param>
/// <param name="SchoolId">Whose it is.</param>
/// <param name="Unit">Code of the unit; absent where the field is booked by headcount.</param>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last: as long as the booking, or longer where slots are.</param>
/// <param name="Places">For how many persons.</param>
/// <param name="FeePerHour">Of the unit, or of a person where the field is booked by headcount; before any free group.</param>
/// <param name="Metres">How far it is from the booking's school, in a straight line; 0 at the same.</param>
public sealed record Alternative(
    Guid FieldId, Guid SchoolId, string? Unit, DateTimeOffset From, DateTimeOffset Until, int Places, Money FeePerHour, int Metres);

/// <summary>
/// Where else one could play instead: for a booking that the school has cancelled, or is about to. Free slots for one of the field's sports and as many persons that
/// can be booked now, the same day first, then near in place, then near in time.
/// </summary>
public static class FindAlternatives
{
    private const int Most = 10;
    private const int MostOfField = 2; // a day, so that ten are not those of one court
    private const int MostDaysApart = 7;

    /// <summary>Finds at most ten.</summary>
    /// <param name="id">The booking.</param>
    /// <param name="caller">An operator sees what it has booked, a system of the district all in its division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="setups">The setups of schools.</param>
    /// <param name="taken">What is taken.</param>
    /// <param name="clock">Knows now.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<Ok<IReadOnlyList<Alternative>>> Handle(
        Guid id, Caller caller, VenuesDbContext db, Setups setups, TakenCache taken, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var booking = await db.BookingAsync(id, caller, cancel);
        var booked = await db.Set<Field>().AsNoTracking().SingleAsync(row => row.Id == booking.FieldId, cancel);
        var home = await db.Set<School>().AsNoTracking().SingleAsync(row => row.Id == booking.SchoolId, cancel);
        var known = await setups.OfAsync(db, db.Set<School>().VisibleTo(caller), cancel);
        var metres = known.ToDictionary(school => school.Key, school => school.Key == home.Id ? 0
            : (int)StraightLine.Metres(home.Lon, home.Lat, school.Value.School.Lon, school.Value.School.Lat));
        var fields = known.Values.SelectMany(setup => setup.Fields.Values)
            .Where(row => row.RetiredAt is null && row.Sports.Intersect(booked.Sports).Any()).ToList();
        var found = new List<Alternative>();
        foreach (var day in DaysAround(DistrictDay.Of(booking.From)))
        {
            if (found.Count >= Most) break;
            var begins = DistrictDay.Begins(day) > now ? DistrictDay.Begins(day) : now;
            var question = new SlotQuestion(begins, DistrictDay.Begins(day.AddDays(1)), booking.PartySize, fields, known, null);
            var free = await FreeSlots.FindAsync(db, taken, question, null, int.MaxValue, now, cancel);
            found.AddRange(InPlaceOf(booking, free, known, day, metres)
                .GroupBy(row => row.FieldId).SelectMany(rows => rows.OrderBy(Apart).ThenBy(row => row.From).ThenBy(row => row.Unit, StringComparer.Ordinal).Take(MostOfField))
                .OrderBy(row => row.Metres).ThenBy(Apart).ThenBy(row => row.From).ThenBy(row => row.FieldId));
        }
        return TypedResults.Ok<IReadOnlyList<Alternative>>([.. found.Take(Most)]);

        // By the clock: on another day, too, one plays at about the same hour.
        TimeSpan Apart(Alternative row) => (row.From.TimeOfDay - booking.From.ToOffset(DistrictDay.Offset).TimeOfDay).Duration();
    }

    private static IEnumerable<DateOnly> DaysAround(DateOnly day)
    {
        yield return day;
        for (var apart = 1; apart <= MostDaysApart; apart++)
        {
            yield return day.AddDays(apart);
            yield return day.AddDays(-apart);
        }
    }

    // As many slots in a row as the booking is long.
    private static IEnumerable<Alternative> InPlaceOf(
        Booking booking, IReadOnlyList<FreeSlot> free, Dictionary<Guid, Setup> known, DateOnly day, Dictionary<Guid, int> metres)
    {
        var slots = free.Where(slot => slot.BookableFrom is null).ToDictionary(slot => (slot.FieldId, slot.Unit, slot.From));
        foreach (var first in slots.Values)
        {
            var (last, count, places) = (first, 1, first.Places);
            while (last.Until - first.From < booking.Until - booking.From && slots.TryGetValue((first.FieldId, first.Unit, last.Until), out var next))
                (last, count, places) = (next, count + 1, Math.Min(places, next.Places));
            if (last.Until - first.From >= booking.Until - booking.From && count <= known[first.SchoolId].TermsOn(day).MostSlots)
                yield return new(first.FieldId, first.SchoolId, first.Unit, first.From, last.Until, places, first.FeePerHour, metres[first.SchoolId]);
        }
    }
}

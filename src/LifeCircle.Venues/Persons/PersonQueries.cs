using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Companions;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Persons;

/// <summary>Who sees which persons.</summary>
internal static class PersonQueries
{
    /// <summary>A client of the whole district sees all; any other those with a booking that it may see, and those who come along to one.</summary>
    public static IQueryable<Person> VisiblePersons(this VenuesDbContext db, Caller caller) => caller is { OperatorId: null, DivisionCode: null }
        ? db.Set<Person>()
        : db.Set<Person>().Where(row => db.Set<Booking>().VisibleTo(caller).Any(booking => booking.PersonId == row.Id)
            || db.Set<Companion>().Any(joined => joined.PersonId == row.Id && db.Set<Booking>().VisibleTo(caller).Any(booking => booking.Id == joined.BookingId)));

    /// <exception cref="RuleBroken">There is none that the caller may see.</exception>
    public static async Task<Person> PersonAsync(this VenuesDbContext db, Guid id, Caller caller, CancellationToken cancel) =>
        await db.VisiblePersons(caller).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw new RuleBroken(PersonRules.NotFound);
}

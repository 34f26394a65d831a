using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Persons;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Companions;

/// <summary>Reading who comes along.</summary>
internal static class CompanionQueries
{
    /// <summary>A booking whose companions change, held until the transaction ends.</summary>
    /// <exception cref="RuleBroken">There is none that the caller may see, or it is too late.</exception>
    public static async Task<Booking> TakeCompanyAsync(this VenuesDbContext db, Guid id, Caller caller, DateTimeOffset now, CancellationToken cancel)
    {
        var booking = await db.Held(id).VisibleTo(caller).SingleOrDefaultAsync(cancel) ?? throw new RuleBroken(BookingRules.NotFound);
        booking.RequireCompany(now);
        return booking;
    }

    /// <summary>Who comes along to some bookings, by when they joined.</summary>
    public static async Task<ILookup<Guid, CompanionAnswer>> CompanionsAsync(
        this VenuesDbContext db, IReadOnlyCollection<Guid> bookings, PersonalData personal, CancellationToken cancel)
    {
        var rows = await db.Set<Companion>().AsNoTracking().Where(row => bookings.Contains(row.BookingId))
            .Join(db.Set<Person>(), row => row.PersonId, person => person.Id, (Companion, Person) => new { Companion, Person })
            .OrderBy(row => row.Companion.Id).ToListAsync(cancel);
        return rows.ToLookup(row => row.Companion.BookingId, row => CompanionAnswer.Of(row.Companion, row.Person, personal));
    }
}

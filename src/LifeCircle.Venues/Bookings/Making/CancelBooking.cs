using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;

namespace LifeCircle.Venues.Bookings.Making;

/// <summary>A booking is given back. Later than the school allows, it counts as unused.</summary>
public static class CancelBooking
{
    internal static async Task<OkVersioned<BookingAnswer>> Handle(
        Guid id, IfMatch ifMatch, Caller caller, VenuesDbContext db, Setups setups, TimeProvider clock, CancellationToken cancel)
    {
        var person = await db.HoldPersonAsync((await db.BookingAsync(id, caller, cancel)).PersonId, cancel); // before the booking, as everybody does
        var booking = await db.TakeBookingAsync(id, caller, ifMatch, cancel);
        var terms = booking.TermsIn(await setups.OfAsync(db, booking.SchoolId, cancel));
        var now = clock.GetUtcNow();
        await db.EndAsync(booking, booking.Cancel(isLate: booking.From.AddMinutes(-terms.CancelBeforeMinutes) < now, now), cancel);
        await db.SaveChangesAsync(cancel);
        if (booking.Unused)
        {
            await db.BanIfUnusedAsync(person, terms, now, cancel);
            await db.SaveChangesAsync(cancel);
        }
        return BookingAnswer.Ok(booking);
    }
}

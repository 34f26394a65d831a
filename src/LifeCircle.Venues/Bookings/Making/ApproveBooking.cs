using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Bookings.Making;

/// <summary>The school agrees to a booking that waits for it.</summary>
public static class ApproveBooking
{
    public static async Task<OkVersioned<BookingAnswer>> Handle(
        Guid id, IfMatch ifMatch, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var booking = await db.TakeBookingAsync(id, caller, ifMatch, cancel);
        booking.Approve(clock.GetUtcNow());
        db.Publish(booking.Booked());
        await db.SaveChangesAsync(cancel);
        return BookingAnswer.Ok(booking);
    }
}

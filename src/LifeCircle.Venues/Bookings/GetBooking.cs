using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Bookings;

/// <summary>One booking.</summary>
public static class GetBooking
{
    public static async Task<OkVersioned<BookingAnswer>> Handle(Guid id, Caller caller, VenuesDbContext db, CancellationToken cancel) =>
        BookingAnswer.Ok(await db.BookingAsync(id, caller, cancel));
}

using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Schedules;

namespace LifeCircle.Venues.Gate;

/// <summary>Why somebody is not let in.</summary>
public sealed record RefuseEntryRequest
{
    /// <summary>Kept with the booking, and shown to who has booked.</summary>
    [TextLength(1, 300)]
    public required string Reason { get; init; }
}

/// <summary>The gate does not let somebody in. It is recorded, and not held against them as unused.</summary>
public static class RefuseEntry
{
    internal static async Task<OkVersioned<BookingAnswer>> Handle(Guid id, RefuseEntryRequest request, IfMatch ifMatch, Caller caller, VenuesDbContext db,
        Setups setups, TimeProvider clock, CancellationToken cancel)
    {
        var reason = VenuesRules.Text.Require(request.Reason, "reason", 300);
        var booking = await db.TakeBookingAsync(id, caller, ifMatch, cancel);
        var terms = (await setups.OfAsync(db, booking.SchoolId, cancel)).TermsOn(DistrictDay.Of(booking.From));
        await db.EndAsync(booking, booking.Refuse(reason, terms, clock.GetUtcNow()), cancel);
        await db.SaveChangesAsync(cancel);
        return BookingAnswer.Ok(booking);
    }
}

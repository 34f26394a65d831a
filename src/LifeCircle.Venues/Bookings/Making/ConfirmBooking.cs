using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Waitlists;

namespace LifeCircle.Venues.Bookings.Making;

/// <summary>A hold becomes a booking.</summary>
public sealed record ConfirmBookingRequest
{
    /// <summary>Where the fee was paid, if there is one and it was not said before.</summary>
    [TextLength(1, 100)]
    public string? PaymentReference { get; init; }
}

/// <summary>A hold becomes a booking, or waits for the school where that decides.</summary>
public static class ConfirmBooking
{
    internal static async Task<OkVersioned<BookingAnswer>> Handle(Guid id, ConfirmBookingRequest request, IfMatch ifMatch, Caller caller, VenuesDbContext db,
        Setups setups, TimeProvider clock, CancellationToken cancel)
    {
        var booking = await db.TakeBookingAsync(id, caller, ifMatch, cancel);
        var terms = (await setups.OfAsync(db, booking.SchoolId, cancel)).TermsOn(DistrictDay.Of(booking.From));
        var now = clock.GetUtcNow();
        booking.Confirm(VenuesRules.Text.Optional(request.PaymentReference, "payment_reference", 100),
            terms.NeedApproval(booking.Group is not null), now);
        await db.FollowOfferAsync(booking, cancel);
        db.Publish(booking.Booked());
        db.ScheduleBooking(booking, terms, now);
        await db.SaveChangesAsync(cancel);
        return BookingAnswer.Ok(booking);
    }
}

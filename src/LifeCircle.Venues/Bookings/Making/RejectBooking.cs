using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Bookings.Making;

/// <summary>Why a school does not take a booking.</summary>
public sealed record RejectBookingRequest
{
    /// <summary>Shown to the person who has booked.</summary>
    [TextLength(1, 300)]
    public required string ReasonZh { get; init; }

    /// <summary>The same in English.</summary>
    [TextLength(1, 300)]
    public string? ReasonEn { get; init; }
}

/// <summary>The school does not take a booking, or cannot keep it. Nobody is to blame.</summary>
public static class RejectBooking
{
    public static async Task<OkVersioned<BookingAnswer>> Handle(
        Guid id, RejectBookingRequest request, IfMatch ifMatch, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var (reasonZh, reasonEn) = (VenuesRules.Text.Require(request.ReasonZh, "reason_zh", 300), VenuesRules.Text.Optional(request.ReasonEn, "reason_en", 300));
        var booking = await db.TakeBookingAsync(id, caller, ifMatch, cancel);
        await db.EndAsync(booking, booking.CancelBySchool(reasonZh, reasonEn, clock.GetUtcNow()), cancel);
        await db.SaveChangesAsync(cancel);
        return BookingAnswer.Ok(booking);
    }
}

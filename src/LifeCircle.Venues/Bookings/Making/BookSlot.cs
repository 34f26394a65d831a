using System.Globalization;
using System.Security.Cryptography;
using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Terms;

namespace LifeCircle.Venues.Bookings.Making;

/// <summary>A booking.</summary>
public sealed record BookSlotRequest : SlotRequest
{
    /// <summary>Who books, and leads the group if it is one.</summary>
    public required PersonRequest Person { get; init; }

    /// <summary>True: keeps the slot for some minutes, until it is confirmed.</summary>
    public bool Hold { get; init; }

    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(BookSlotRequest);
}

/// <summary>Books a slot, or holds it. Whoever comes first has it.</summary>
public static class BookSlot
{
    internal static async Task<CreatedVersioned<BookingAnswer>> Handle(BookSlotRequest request, Caller caller, VenuesDbContext db, Setups setups,
        PersonalData personal, BlindIndex indexes, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        request.RequireInterval();
        var details = request.Person.Read("person", DistrictDay.Of(now));
        var setup = await setups.KeepAsync(db, request.FieldId, caller, cancel);
        var slot = request.Read(setup, details, now);
        if (slot.Fee > 0 && slot.PaymentReference is null && !request.Hold) throw new RuleBroken(BookingRules.PaymentMissing, "payment_reference");

        var terms = setup.TermsOn(DistrictDay.Of(slot.Span.From));
        var personId = await db.HoldFreePersonAsync(details, slot.Span, terms, personal, indexes, now, cancel);
        var state = request.Hold ? BookingState.Held : terms.NeedApproval(slot.Group is not null) ? BookingState.PendingApproval : BookingState.Confirmed;
        var booking = Booking.Make(setup.School, setup.Fields[request.FieldId], slot, personId, caller.OperatorId, state,
            request.Hold ? HoldEnds(slot, terms, now) : null, NewCode(), now);
        await Claims.TakeAsync(db, booking, setup, cancel);
        db.Add(booking);
        db.Publish(booking.Booked());
        db.ScheduleBooking(booking, terms, now);
        await db.SaveChangesAsync(cancel);
        return ETags.Created($"/venues/v1/bookings/{booking.Id}", BookingAnswer.Of(booking), booking.Version);
    }

    private static DateTimeOffset HoldEnds(BookingDetails slot, BookingTerms terms, DateTimeOffset now) =>
        now.AddMinutes(terms.HoldMinutes) is var ends && ends < slot.Span.From ? ends : slot.Span.From;

    internal static string NewCode() => RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
}

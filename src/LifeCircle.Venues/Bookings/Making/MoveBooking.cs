using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Companions;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using LifeCircle.Venues.Waitlists;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Bookings.Making;

/// <summary>A booking gets another slot of the same school, unit or number of persons, or none: it is never without a place in between.</summary>
public static class MoveBooking
{
    internal static async Task<OkVersioned<BookingAnswer>> Handle(Guid id, SlotRequest request, IfMatch ifMatch, Caller caller, VenuesDbContext db,
        Setups setups, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        request.RequireInterval();
        var found = await db.BookingAsync(id, caller, cancel);
        await db.KeepSetupAsync(found.SchoolId, cancel);
        var person = await db.HoldPersonAsync(found.PersonId, cancel);
        await Claims.MoveAloneAsync(db, found.SchoolId, cancel);
        var setup = await setups.OfAsync(db, found.SchoolId, cancel);
        var booking = await db.TakeBookingAsync(id, caller, ifMatch, cancel);
        if (booking.From.AddMinutes(-booking.TermsIn(setup).CancelBeforeMinutes) < now) throw new RuleBroken(BookingRules.TooLateToMove);
        if (request.FreeGroup != booking.FreeGroup) throw new RuleBroken(BookingRules.GroupNotFree, "free_group", "It stays as it was booked.", "须与原预订一致。");
        var slot = request.Read(setup, person: null, now);
        var terms = setup.TermsOn(DistrictDay.Of(slot.Span.From));
        await db.RequireFreeAsync(person, slot.Span, terms, booking.Id, now, cancel);
        if (await db.Set<Companion>().CountAsync(row => row.BookingId == id, cancel) >= slot.PartySize) throw new RuleBroken(CompanionRules.MoreThanParty, "party_size");
        db.TellWaitlist(booking, now); // what it leaves
        db.LookAgainFor(person.Id, now); // who may be elsewhere then, or once more in that week
        await Claims.MoveAsync(db, booking, () => booking.Move(setup.Fields[request.FieldId], slot, terms.NeedApproval(slot.Group is not null), now), setup, cancel);
        db.Publish(booking.Booked());
        db.ScheduleBooking(booking, terms, now);
        await db.SaveChangesAsync(cancel);
        return BookingAnswer.Ok(booking);
    }
}

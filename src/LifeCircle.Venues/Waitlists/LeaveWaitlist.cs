using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Persons;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Waitlists;

/// <summary>Somebody does not wait any more, or does not take what is offered: then the next in line is offered it.</summary>
public static class LeaveWaitlist
{
    public static async Task<OkVersioned<WaitlistAnswer>> Handle(
        Guid id, IfMatch ifMatch, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var found = await db.EntryAsync(id, caller, cancel);
        db.ChangeTracker.Clear();
        await db.HoldPersonAsync(found.PersonId, cancel); // before a claim, as everybody does
        var entry = await db.EntryAsync(id, caller, cancel);
        ifMatch.Require(entry.Version);
        if (entry is { State: WaitlistState.Offered, BookingId: { } offered })
        {
            var booking = await db.Held(offered).SingleAsync(cancel);
            await db.EndAsync(booking, booking.Cancel(isLate: false, now), cancel);
        }
        else
        {
            entry.Withdraw(now);
        }
        await db.SaveChangesAsync(cancel);
        return WaitlistAnswer.Ok(entry, null);
    }
}

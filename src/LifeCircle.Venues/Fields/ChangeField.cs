using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Changes;
using LifeCircle.Venues.Draws;
using LifeCircle.Venues.Waitlists;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Fields;

/// <summary>Replaces what is known of a field. How it is divided can change only while no booking is to come and no lots are drawn.</summary>
public static class ChangeField
{
    public static async Task<OkVersioned<FieldAnswer>> Handle(
        Guid id, FieldRequest request, IfMatch ifMatch, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var details = request.Read();
        var field = await db.TakeFieldAsync(id, caller, ifMatch, cancel);
        var now = clock.GetUtcNow();
        var isBooked = await db.Set<Booking>().Where(row => row.FieldId == id && row.Until > now).AnyAsync(BookingQueries.HoldsPlace, cancel)
            || await db.Set<Draw>().AnyAsync(row => row.FieldId == id && (row.State == DrawState.Announced || row.State == DrawState.Closed), cancel); // bookings to be
        field.Change(details, isBooked, now);
        db.TellWaitlist(field.SchoolId, field.Id, now); // it may take more
        await db.RecordAsync(field, now, cancel);
        await db.SaveChangesAsync(cancel);
        return FieldAnswer.Ok(field);
    }
}

using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Changes;

namespace LifeCircle.Venues.Fields;

/// <summary>A field is not shared any more, for good. Bookings to come are cancelled without penalty.</summary>
public static class RetireField
{
    public static async Task<OkVersioned<FieldAnswer>> Handle(Guid id, IfMatch ifMatch, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var field = await db.TakeFieldAsync(id, caller, ifMatch, cancel);
        var now = clock.GetUtcNow();
        field.Retire(now);
        await db.RecordAsync(field, now, cancel);
        await db.FollowAsync(field.SchoolId, now, cancel);
        return FieldAnswer.Ok(field);
    }
}

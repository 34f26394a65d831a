using LifeCircle.Facilities.Facilities;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.LifeCycle;

/// <summary>Ends a suspension before its time, or withdraws one that was announced.</summary>
public static class ReopenFacility
{
    public static async Task<OkVersioned<FacilityAnswer>> Handle(
        Guid id, IfMatch ifMatch, Caller caller, FacilitiesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var facility = await db.TakeForChangeAsync(id, caller, ifMatch, cancel);
        return await db.CommitAsync(facility, facility.Reopen(clock.GetUtcNow()), cancel);
    }
}

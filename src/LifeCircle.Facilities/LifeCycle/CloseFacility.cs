using LifeCircle.Facilities.Facilities;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.LifeCycle;

/// <summary>A facility ends for good.</summary>
public static class CloseFacility
{
    public static async Task<OkVersioned<FacilityAnswer>> Handle(
        Guid id, IfMatch ifMatch, Caller caller, FacilitiesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var facility = await db.TakeForChangeAsync(id, caller, ifMatch, cancel);
        return await db.CommitAsync(facility, facility.Close(clock.GetUtcNow()), cancel);
    }
}

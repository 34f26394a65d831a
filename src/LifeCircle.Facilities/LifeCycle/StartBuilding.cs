using LifeCircle.Facilities.Facilities;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.LifeCycle;

/// <summary>A planned facility is being built.</summary>
public static class StartBuilding
{
    public static async Task<OkVersioned<FacilityAnswer>> Handle(
        Guid id, IfMatch ifMatch, Caller caller, FacilitiesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var facility = await db.TakeForChangeAsync(id, caller, ifMatch, cancel);
        return await db.CommitAsync(facility, facility.StartBuilding(clock.GetUtcNow()), cancel);
    }
}

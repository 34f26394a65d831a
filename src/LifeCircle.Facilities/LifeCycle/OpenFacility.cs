using LifeCircle.Facilities.Facilities;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.LifeCycle;

/// <summary>A planned or built facility begins its service.</summary>
public static class OpenFacility
{
    public static async Task<OkVersioned<FacilityAnswer>> Handle(
        Guid id, IfMatch ifMatch, Caller caller, FacilitiesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var facility = await db.TakeForChangeAsync(id, caller, ifMatch, cancel);
        return await db.CommitAsync(facility, facility.Open(clock.GetUtcNow()), cancel);
    }
}

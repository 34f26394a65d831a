using LifeCircle.Facilities.Divisions;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Facilities;

/// <summary>Replaces what is known about a facility.</summary>
public static class ChangeFacility
{
    public static async Task<OkVersioned<FacilityAnswer>> Handle(
        Guid id, FacilityRequest request, IfMatch ifMatch, Caller caller, Territories territories, FacilitiesDbContext db, TimeProvider clock,
        CancellationToken cancel)
    {
        var facility = await db.TakeForChangeAsync(id, caller, ifMatch, cancel);
        var (details, placement) = request.Read(await territories.CurrentAsync(cancel), caller);
        return await db.CommitAsync(facility, facility.Change(details, placement, clock.GetUtcNow()), cancel);
    }
}

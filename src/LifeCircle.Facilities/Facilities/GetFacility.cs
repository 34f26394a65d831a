using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Facilities;

/// <summary>One facility.</summary>
public static class GetFacility
{
    public static async Task<OkVersioned<FacilityAnswer>> Handle(Guid id, Caller caller, FacilitiesDbContext db, CancellationToken cancel) =>
        FacilityAnswer.Ok(await db.Set<Facility>().AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel)
            ?? throw new RuleBroken(FacilitiesRules.FacilityNotFound));
}

using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Facilities;

/// <summary>One facility.</summary>
public static class GetFacility
{
    // The service's most frequent question: compiled once.
    private static readonly Func<FacilitiesDbContext, Guid, string, CancellationToken, Task<Facility?>> FindAsync = EF.CompileAsyncQuery(
        (FacilitiesDbContext db, Guid id, string division, CancellationToken cancel) =>
            db.Set<Facility>().AsNoTracking().SingleOrDefault(row => row.Id == id && row.DivisionCode.StartsWith(division)));

    public static async Task<OkVersioned<FacilityAnswer>> Handle(Guid id, Caller caller, FacilitiesDbContext db, CancellationToken cancel) =>
        await FindAsync(db, id, caller.DivisionCode ?? "", cancel) is { } facility
            ? FacilityAnswer.Ok(facility)
            : throw new RuleBroken(FacilitiesRules.FacilityNotFound);
}

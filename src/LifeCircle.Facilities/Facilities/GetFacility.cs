using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Facilities;

/// <summary>One facility.</summary>
public static class GetFacility
{
    // The service's most frequent question: compiled once, and asked for many clients together.
    private static readonly Func<FacilitiesDbContext, Guid[], IAsyncEnumerable<Facility>> Find = EF.CompileAsyncQuery(
        (FacilitiesDbContext db, Guid[] ids) => db.Set<Facility>().AsNoTracking().Where(row => ids.Contains(row.Id)));

    public static async Task<OkVersioned<FacilityAnswer>> Handle(
        Guid id, Caller caller, KeyedReads<Guid, Facility> facilities, CancellationToken cancel) =>
        await facilities.FindAsync(id, cancel) is { } facility && caller.Covers(facility.DivisionCode) && caller.MaySee(facility.State)
            ? FacilityAnswer.Ok(facility)
            : throw new RuleBroken(FacilitiesRules.FacilityNotFound);

    internal static async Task<Dictionary<Guid, Facility>> ReadAsync(IServiceProvider services, Guid[] ids)
    {
        var found = new Dictionary<Guid, Facility>(ids.Length);
        await foreach (var facility in Find(services.GetRequiredService<FacilitiesDbContext>(), ids)) found.Add(facility.Id, facility);
        return found;
    }
}

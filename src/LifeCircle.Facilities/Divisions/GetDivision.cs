using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Divisions;

/// <summary>One division with its boundary.</summary>
public static class GetDivision
{
    /// <summary>Answers with the division as it was on a day.</summary>
    /// <param name="code">6, 9 or 12 digits.</param>
    /// <param name="on">The day, <c>2026-01-31</c>; today in the district if not given.</param>
    /// <param name="caller">Sees its own division, those in it and those above it.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="clock">Knows today.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<OkVersioned<DivisionAnswer>> Handle(
        string code, DateOnly? on, Caller caller, FacilitiesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var division = await db.Set<Division>().AsNoTracking().ValidOn(on ?? Territories.Today(clock)).VisibleTo(caller)
            .SingleOrDefaultAsync(row => row.Code == code, cancel) ?? throw new RuleBroken(FacilitiesRules.DivisionNotFound);
        return ETags.Ok(DivisionAnswer.Of(division, boundary: true), division.Version);
    }
}

using LifeCircle.Operators.Offerings.Terms;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Offerings;

/// <summary>One offering.</summary>
public static class GetOffering
{
    public static async Task<OkVersioned<OfferingAnswer>> Handle(Guid id, Caller caller, OperatorsDbContext db, CancellationToken cancel) =>
        await db.VisibleOfferings(caller).SingleOrDefaultAsync(row => row.Id == id, cancel) is { } found
            ? OfferingAnswer.Ok(found)
            : throw new RuleBroken(OfferingRules.NotFound);
}

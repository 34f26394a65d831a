using LifeCircle.Facilities.Figures;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.LifeCircles;

/// <summary>One life circle with its boundary and what is open in it.</summary>
public static class GetLifeCircle
{
    // No ETag: the figures change without the circle.
    public static async Task<Microsoft.AspNetCore.Http.HttpResults.Ok<LifeCircleAnswer>> Handle(
        Guid id, Caller caller, FacilitiesDbContext db, CancellationToken cancel)
    {
        var circle = await db.Set<Circle>().AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel)
            ?? throw new RuleBroken(FacilitiesRules.LifeCircleNotFound);
        var figures = await FacilityFigures.OfAsync(db, [id], cancel);
        return TypedResults.Ok(LifeCircleAnswer.Of(circle, figures[id], boundary: true));
    }
}

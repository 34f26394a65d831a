using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Figures;
using LifeCircle.Facilities.Geometries;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.LifeCircles;

/// <summary>The life circles, by code.</summary>
public static class ListLifeCircles
{
    /// <summary>Lists life circles in the order of their codes.</summary>
    /// <param name="division">Only those led by this division or one in it.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees the circles led by its own division and those in it.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<GeoPage<LifeCircleAnswer>> Handle(
        [Matches(Division.CodePattern)] string? division, PageRequest page, Caller caller, FacilitiesDbContext db, CancellationToken cancel)
    {
        var rows = db.Set<Circle>().AsNoTracking().VisibleTo(caller);
        if (division is not null) rows = rows.Where(row => row.DivisionCode.StartsWith(division));
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Code.CompareTo(after.Code) > 0);
        var found = await rows.OrderBy(row => row.Code).Take(page.Limit + 1).ToListAsync(cancel);
        var figures = await FacilityFigures.OfAsync(db, [.. found.Select(row => row.Id)], cancel);
        var boundaries = found.ToDictionary(row => row.Id, row => row.Boundary);
        return new(
            Paging.Ok([.. found.Select(row => LifeCircleAnswer.Of(row, figures[row.Id], boundary: false))], page, item => new After(item.Code)),
            item => new Feature<LifeCircleAnswer>(item.Id.ToString(), GeoJsonGeometry.Of(boundaries[item.Id]), item));
    }

    private sealed record After(string Code);
}

internal static class CircleQueries
{
    public static IQueryable<Circle> VisibleTo(this IQueryable<Circle> circles, Caller caller) =>
        caller.DivisionCode is { } own ? circles.Where(row => row.DivisionCode.StartsWith(own)) : circles;
}

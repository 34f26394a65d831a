using System.Globalization;
using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Facilities;
using LifeCircle.Facilities.Geometries;
using LifeCircle.Facilities.Places;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using NetTopologySuite.Geometries;

namespace LifeCircle.Facilities.Finding;

/// <summary>The facilities of the register, by id, which is the order in which they were registered.</summary>
public static class ListFacilities
{
    /// <summary>Lists facilities.</summary>
    /// <param name="category">Only these categories; may be repeated.</param>
    /// <param name="state">Only this state. What is planned or being built is found by no operator.</param>
    /// <param name="division">Only in this division: 6, 9 or 12 digits.</param>
    /// <param name="circle">Only in this life circle: its id.</param>
    /// <param name="bbox">Only in this box: <c>west,south,east,north</c>, WGS 84 degrees.</param>
    /// <param name="q">Only those that a text search for this finds.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<GeoPage<FacilityAnswer>> Handle(
        string[]? category, FacilityState? state, [Matches(Division.CodePattern)] string? division, Guid? circle, string? bbox, string? q,
        PageRequest page, Caller caller, FacilitiesDbContext db, CancellationToken cancel)
    {
        var rows = (q is null ? db.Set<Facility>() : db.Matching(SearchWords.Of(q))).AsNoTracking().VisibleTo(caller).OfCategories(category);
        if (state is not null) rows = rows.Where(row => row.State == state);
        if (division is not null) rows = rows.Where(row => row.DivisionCode.StartsWith(division));
        if (circle is not null) rows = rows.Where(row => row.LifeCircleId == circle);
        if (bbox is not null)
        {
            var box = Box(bbox);
            rows = rows.Where(row => row.Location.Intersects(box));
        }
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Id > after.Id);
        var found = await rows.OrderBy(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return FacilityAnswer.Page(Paging.Ok([.. found.Select(FacilityAnswer.Of)], page, item => new After(item.Id)));
    }

    private static Polygon Box(string text)
    {
        var parts = text.Split(',');
        var numbers = new double[4];
        var readable = parts.Length == 4;
        for (var i = 0; readable && i < 4; i++)
            readable = double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) && double.IsFinite(numbers[i]);
        if (!readable || numbers[0] >= numbers[2] || numbers[1] >= numbers[3] || numbers[0] < -180 || numbers[2] > 180 || numbers[1] < -90 || numbers[3] > 90)
            throw new RuleBroken(Problems.Invalid, "bbox",
                "Give west,south,east,north in degrees, west before east and south before north.", "须为“西,南,东,北”四个度数，西小于东、南小于北。");
        var factory = new GeometryFactory(new PrecisionModel(), 4326);
        return (Polygon)factory.ToGeometry(new Envelope(numbers[0], numbers[2], numbers[1], numbers[3]));
    }

    private sealed record After(Guid Id);
}

internal static class FacilityFilters
{
    public static IQueryable<Facility> OfCategories(this IQueryable<Facility> rows, string[]? categories)
    {
        if (categories is not { Length: > 0 }) return rows;
        RequireKnown(categories);
        return rows.Where(row => categories.Contains(row.Category));
    }

    public static void RequireKnown(string[]? categories)
    {
        if (Array.Exists(categories ?? [], code => FacilityCategories.Find(code) is null))
            throw new RuleBroken(FacilitiesRules.CategoryUnknown, "category");
    }
}

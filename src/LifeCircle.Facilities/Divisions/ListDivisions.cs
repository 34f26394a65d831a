using LifeCircle.Facilities.Geometries;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Divisions;

/// <summary>A division over one period of validity.</summary>
/// <param name="Code">6 digits district, 9 street or town, 12 community; begins with the parent's code.</param>
/// <param name="Level">Follows from the length of the code.</param>
/// <param name="ParentCode">The division above; absent for the district.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name.</param>
/// <param name="ValidFrom">First day.</param>
/// <param name="ValidUntil">First day on which it is no longer valid; absent while no end is known.</param>
/// <param name="Boundary">Only when one division is asked for; in lists, ask for GeoJSON.</param>
public sealed record DivisionAnswer(
    string Code, DivisionLevel Level, string? ParentCode, string NameZh, string? NameEn,
    DateOnly ValidFrom, DateOnly? ValidUntil, GeoJsonGeometry? Boundary)
{
    internal static DivisionAnswer Of(Division division, bool boundary) => new(
        division.Code, division.Level, division.ParentCode, division.NameZh, division.NameEn, division.ValidFrom, division.ValidUntil,
        boundary ? GeoJsonGeometry.Of(division.Boundary) : null);
}

/// <summary>The divisions of a day, by code.</summary>
public static class ListDivisions
{
    /// <summary>Lists divisions in the order of their codes.</summary>
    /// <param name="level">Only this level.</param>
    /// <param name="parent">Only the children of this division.</param>
    /// <param name="on">The day on which they are valid, <c>2026-01-31</c>; today in the district if not given.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own division, those in it and those above it.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="clock">Knows today.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<GeoPage<DivisionAnswer>> Handle(
        DivisionLevel? level, [Matches(Division.CodePattern)] string? parent, DateOnly? on, PageRequest page, Caller caller,
        FacilitiesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var rows = db.Set<Division>().AsNoTracking().ValidOn(on ?? Territories.Today(clock)).VisibleTo(caller);
        if (level is not null) rows = rows.Where(row => row.Level == level);
        if (parent is not null) rows = rows.Where(row => row.ParentCode == parent);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Code.CompareTo(after.Code) > 0);
        var found = await rows.OrderBy(row => row.Code).Take(page.Limit + 1).ToListAsync(cancel);
        var boundaries = found.ToDictionary(row => row.Code, row => row.Boundary);
        return new(
            Paging.Ok([.. found.Select(row => DivisionAnswer.Of(row, boundary: false))], page, item => new After(item.Code)),
            item => new Feature<DivisionAnswer>(item.Code, GeoJsonGeometry.Of(boundaries[item.Code]), item));
    }

    private sealed record After(string Code);
}

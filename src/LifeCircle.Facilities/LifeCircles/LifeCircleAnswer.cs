using LifeCircle.Facilities.Figures;
using LifeCircle.Facilities.Geometries;
using LifeCircle.Facilities.Places;
using NetTopologySuite.Geometries;

namespace LifeCircle.Facilities.LifeCircles;

/// <summary>A point, WGS 84, degrees.</summary>
/// <param name="Lon">Degrees east.</param>
/// <param name="Lat">Degrees north.</param>
public sealed record LonLat(double Lon, double Lat)
{
    internal static LonLat Of(Point point) => new(point.X, point.Y);
}

/// <summary>A 15-minute life circle and what is open in it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Code">The district's own number for it.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name.</param>
/// <param name="ThemeZh">What it is known for, in Chinese.</param>
/// <param name="ThemeEn">The same in English.</param>
/// <param name="DivisionCode">The street or community that leads it.</param>
/// <param name="Centre">Its centre.</param>
/// <param name="Population">People, with year and source.</param>
/// <param name="OpenFacilities">How many facilities of each category are open, by category code.</param>
/// <param name="Missing">
/// Basic formats (基本保障类) of the category catalogue of which no facility is open in the circle. A look at the inventory, not the
/// evaluation of a checklist.
/// </param>
/// <param name="Boundary">Only when one circle is asked for; in lists, ask for GeoJSON.</param>
/// <param name="ChangedAt">When it was last changed.</param>
public sealed record LifeCircleAnswer(
    Guid Id, string Code, string NameZh, string? NameEn, string? ThemeZh, string? ThemeEn, string DivisionCode, LonLat Centre,
    PopulationFigure? Population, IReadOnlyDictionary<string, int> OpenFacilities, IReadOnlyList<string> Missing,
    GeoJsonGeometry? Boundary, DateTimeOffset ChangedAt)
{
    private static readonly string[] Basic =
        [.. FacilityCategories.All.Where(category => category.Group == FacilityGroup.Basic).Select(category => category.Code)];

    internal static LifeCircleAnswer Of(Circle circle, CircleFigures figures, bool boundary) => new(
        circle.Id, circle.Code, circle.NameZh, circle.NameEn, circle.ThemeZh, circle.ThemeEn, circle.DivisionCode, LonLat.Of(circle.Centre),
        circle is { Population: { } people, PopulationYear: { } year, PopulationSource: { } source } ? new(people, year, source) : null,
        figures.Open, [.. Basic.Where(category => !figures.Open.ContainsKey(category))],
        boundary ? GeoJsonGeometry.Of(circle.Boundary) : null, circle.ChangedAt);
}

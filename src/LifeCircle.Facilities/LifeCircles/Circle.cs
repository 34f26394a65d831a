using LifeCircle.Contracts.Facilities;
using LifeCircle.ServiceDefaults;
using NetTopologySuite.Geometries;

namespace LifeCircle.Facilities.LifeCircles;

/// <summary>How many people a figure stands for; no figure without its year and source.</summary>
/// <param name="People">Residents.</param>
/// <param name="Year">The year that it was counted or estimated for.</param>
/// <param name="Source">Who says so.</param>
public sealed record PopulationFigure(int People, int Year, string Source);

/// <summary>A 15-minute life circle. Named Circle because LifeCircle is the root namespace.</summary>
public sealed class Circle
{
    private Circle() { }

    public Guid Id { get; private set; }

    /// <summary>The district's own number for it, e.g. <c>SC-07</c>.</summary>
    public string Code { get; private set; } = "";

    public string NameZh { get; private set; } = "";

    public string? NameEn { get; private set; }

    public string? ThemeZh { get; private set; }

    public string? ThemeEn { get; private set; }

    /// <summary>The street (9 digits) or community (12 digits) that leads it.</summary>
    public string DivisionCode { get; private set; } = "";

    /// <summary>WGS 84.</summary>
    public MultiPolygon Boundary { get; private set; } = null!;

    /// <summary>WGS 84, inside the boundary.</summary>
    public Point Centre { get; private set; } = null!;

    public int? Population { get; private set; }

    public int? PopulationYear { get; private set; }

    public string? PopulationSource { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public long Version { get; private set; }

    /// <exception cref="RuleBroken">The centre is outside, or the leading division is not a street or community.</exception>
    public static Circle Draw(
        Guid id, string code, string nameZh, string? nameEn, string? themeZh, string? themeEn, string divisionCode,
        MultiPolygon boundary, Point centre, PopulationFigure? population, DateTimeOffset now)
    {
        if (!Divisions.Division.IsCode(divisionCode) || divisionCode.Length == 6)
            throw new RuleBroken(FacilitiesRules.ValueInvalid, "division_code",
                "A circle is led by a street (9 digits) or a community (12 digits).", "生活圈由街道（9 位）或社区（12 位）牵头。");
        if (!boundary.Covers(centre))
            throw new RuleBroken(FacilitiesRules.ValueInvalid, "centre_lon",
                "The centre lies outside the boundary. Swapped axes?", "中心点在边界之外。经纬度是否颠倒？");
        return new Circle
        {
            Id = id,
            Code = code,
            NameZh = nameZh,
            NameEn = nameEn,
            ThemeZh = themeZh,
            ThemeEn = themeEn,
            DivisionCode = divisionCode,
            Boundary = boundary,
            Centre = centre,
            Population = population?.People,
            PopulationYear = population?.Year,
            PopulationSource = population?.Source,
            ChangedAt = now,
            Version = 1,
        };
    }

    /// <summary>Takes over what a newer map says. False when that is nothing new.</summary>
    /// <param name="newer">The circle as it is now drawn.</param>
    /// <param name="redrawn">Whether its boundary or centre moved.</param>
    internal bool Redraw(Circle newer, out bool redrawn)
    {
        redrawn = !newer.Boundary.EqualsExact(Boundary) || !newer.Centre.EqualsExact(Centre);
        if (!redrawn && newer.Particulars == Particulars) return false;
        (NameZh, NameEn, ThemeZh, ThemeEn, DivisionCode) = (newer.NameZh, newer.NameEn, newer.ThemeZh, newer.ThemeEn, newer.DivisionCode);
        (Population, PopulationYear, PopulationSource) = (newer.Population, newer.PopulationYear, newer.PopulationSource);
        (Boundary, Centre, ChangedAt) = (newer.Boundary, newer.Centre, newer.ChangedAt);
        Version++;
        return true;
    }

    private (string, string?, string?, string?, string, int?, int?, string?) Particulars =>
        (NameZh, NameEn, ThemeZh, ThemeEn, DivisionCode, Population, PopulationYear, PopulationSource);

    internal LifeCircleRedrawn Redrawn(DateTimeOffset at) => new(Id, Version, Code, DivisionCode, at);
}

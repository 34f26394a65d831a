using LifeCircle.Facilities.Places;
using LifeCircle.ServiceDefaults;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using Position = LifeCircle.Facilities.Places.Position;

namespace LifeCircle.Facilities.Divisions;

/// <summary>A named area of the territory.</summary>
/// <param name="Id">Of the division or life circle.</param>
/// <param name="Code">Its code.</param>
/// <param name="Boundary">WGS 84.</param>
public sealed record Area(Guid Id, string Code, Geometry Boundary);

/// <summary>Where a point belongs.</summary>
/// <param name="DivisionCode">The smallest division around it.</param>
/// <param name="LifeCircleId">The life circle around it, or the one that was named for it.</param>
/// <param name="LifeCircleGiven">The circle was named by the client: redrawing circles does not change it.</param>
public sealed record Placement(string DivisionCode, Guid? LifeCircleId, bool LifeCircleGiven);

/// <summary>
/// The divisions and life circles of one day, in memory: answers in microseconds where a point lies, for requests and for imports of
/// tens of thousands of rows alike. Immutable.
/// </summary>
public sealed class Territory
{
    private readonly Shape[] _divisions;
    private readonly Shape[] _circles;
    private readonly Dictionary<string, Guid> _circlesByCode;

    /// <exception cref="RuleBroken"><c>facilities.no_district</c>: there is no division with six digits.</exception>
    public Territory(IEnumerable<Area> divisions, IEnumerable<Area> circles)
    {
        // Smallest divisions first: the first hit is the most exact answer.
        _divisions = [.. divisions.OrderByDescending(area => area.Code.Length).ThenBy(area => area.Code, StringComparer.Ordinal).Select(Shape.Of)];
        _circles = [.. circles.OrderBy(area => area.Code, StringComparer.Ordinal).Select(Shape.Of)];
        _circlesByCode = _circles.ToDictionary(circle => circle.Code, circle => circle.Id, StringComparer.Ordinal);
        var districts = _divisions.Where(division => division.Code.Length == 6).Select(division => division.Outline.Geometry).ToArray();
        if (districts.Length == 0) throw new RuleBroken(FacilitiesRules.NoDistrict);
        District = new DistrictBoundary(districts.Length == 1 ? districts[0] : NetTopologySuite.Operation.Union.UnaryUnionOp.Union(districts));
    }

    /// <summary>The outline of the whole district.</summary>
    public DistrictBoundary District { get; }

    /// <summary>Finds division and life circle of a point of the district.</summary>
    /// <param name="position">A point that the district's outline contains.</param>
    /// <param name="divisionCode">A division that the client says it lies in, or null.</param>
    /// <param name="circleCode">The circle that the client says it belongs to, or null: the one around it.</param>
    /// <exception cref="RuleBroken">It does not lie in the given division, or there is no such circle.</exception>
    public Placement Place(Position position, string? divisionCode = null, string? circleCode = null)
    {
        var point = position.ToPoint();
        if (divisionCode is not null && !Array.Exists(_divisions, area => area.Code == divisionCode && area.Covers(point)))
            throw new RuleBroken(FacilitiesRules.DivisionMismatch, "division_code");
        var division = Array.Find(_divisions, area => area.Covers(point))?.Code ?? throw new RuleBroken(PlacesRules.PointOutsideDistrict, "position");
        if (circleCode is null) return new Placement(division, Array.Find(_circles, area => area.Covers(point))?.Id, LifeCircleGiven: false);
        return _circlesByCode.TryGetValue(circleCode, out var circle)
            ? new Placement(division, circle, LifeCircleGiven: true)
            : throw new RuleBroken(FacilitiesRules.LifeCircleUnknown, "life_circle_code");
    }

    /// <summary>Whether there is a division with this code.</summary>
    public bool HasDivision(string code) => Array.Exists(_divisions, area => area.Code == code);

    private sealed record Shape(Guid Id, string Code, IPreparedGeometry Outline, Envelope Box)
    {
        public static Shape Of(Area area)
        {
            var outline = PreparedGeometryFactory.Prepare(area.Boundary);
            outline.Covers(area.Boundary.InteriorPoint); // builds the index here, before threads share it
            return new Shape(area.Id, area.Code, outline, area.Boundary.EnvelopeInternal);
        }

        public bool Covers(Point point) => Box.Covers(point.Coordinate) && Outline.Covers(point);
    }
}

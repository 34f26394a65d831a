using LifeCircle.ServiceDefaults;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;

namespace LifeCircle.Facilities.Places;

/// <summary>Why a point outside the district may have been given wrongly.</summary>
/// <param name="SwappedAxes">It would lie in the district if longitude and latitude changed places.</param>
/// <param name="FitsAs">It would lie in the district if the same numbers meant this system; null when no other label helps.</param>
public sealed record OutsideHint(bool SwappedAxes, Crs? FitsAs);

/// <summary>The district's outline, prepared for many look-ups. Safe for use by several threads.</summary>
public sealed class DistrictBoundary
{
    private static readonly Crs[] Labels = [Crs.Wgs84, Crs.Gcj02, Crs.Bd09];
    private readonly IPreparedGeometry _outline;

    /// <param name="outline">Polygon or multipolygon in WGS 84, lon/lat.</param>
    public DistrictBoundary(Geometry outline)
    {
        ArgumentNullException.ThrowIfNull(outline);
        _outline = PreparedGeometryFactory.Prepare(outline);
        // The prepared index is built by its first use; build it here, before other threads share it.
        _outline.Covers(outline.InteriorPoint);
    }

    /// <summary>Whether the point lies in the district or on its border.</summary>
    public bool Contains(Position position)
    {
        ArgumentNullException.ThrowIfNull(position);
        return _outline.Covers(position.ToPoint());
    }

    /// <summary>Null for a point in the district, else what may have gone wrong with it.</summary>
    public OutsideHint? Explain(Position position)
    {
        if (Contains(position))
            return null;

        var (lon, lat, crs) = (position.OriginalLon, position.OriginalLat, position.Crs);
        // A latitude beyond 90 cannot be; 114 E read as a latitude is how swapped axes usually come in, and Position refused it already.
        var swapped = Math.Abs(lon) <= 90 && Contains(Position.Of(lat, lon, crs));
        var fitsAs = Labels
            .Where(label => label != Canonical(crs))
            .Select(label => (Crs?)label)
            .FirstOrDefault(label => Contains(Position.Of(lon, lat, label!.Value)));
        return new OutsideHint(swapped, fitsAs);
    }

    /// <summary>
    /// Takes a point of the district in, with the axes' order checked before the range: 35.9 E 114.18 N is no point on earth, but the
    /// answer that helps is "swapped axes?".
    /// </summary>
    /// <param name="lon">Degrees east.</param>
    /// <param name="lat">Degrees north.</param>
    /// <param name="crs">What the two numbers mean.</param>
    /// <param name="field">Where the caller's input has the point, e.g. <c>position</c>; empty for bare parameters.</param>
    /// <exception cref="RuleBroken"><c>facilities.position_invalid</c> or <c>facilities.point_outside_district</c>, with hints.</exception>
    public Position Take(double lon, double lat, Crs crs = Crs.Wgs84, string field = "position")
    {
        if (Math.Abs(lat) is > 90 and <= 180 && Math.Abs(lon) <= 90 && Contains(Position.Of(lat, lon, crs, field)))
            throw Outside(new OutsideHint(SwappedAxes: true, FitsAs: null), crs, field);

        var position = Position.Of(lon, lat, crs, field);
        Require(position, field);
        return position;
    }

    /// <summary>Refuses a point outside the district.</summary>
    /// <exception cref="RuleBroken"><c>facilities.point_outside_district</c>, with hints.</exception>
    public void Require(Position position, string field = "position")
    {
        if (Explain(position) is { } hint)
            throw Outside(hint, position.Crs, field);
    }

    private static RuleBroken Outside(OutsideHint hint, Crs crs, string field)
    {
        var en = "The point is outside the district.";
        var zh = "该点位不在辖区内。";
        if (hint.SwappedAxes)
        {
            en += " Swapped axes? It would be inside with longitude and latitude exchanged.";
            zh += "经纬度是否颠倒？对调后在辖区内。";
        }

        if (hint.FitsAs is { } label)
        {
            en += $" Wrong crs? Given as {Name(crs)}, it would be inside as {Name(label)}.";
            zh += $"坐标系是否标错？现标为 {Name(crs)}，按 {Name(label)} 则在辖区内。";
        }

        return new RuleBroken(PlacesRules.PointOutsideDistrict, field.Length == 0 ? "lon" : field, en, zh); // bare parameters need a name, too
    }

    private static Crs Canonical(Crs crs) => crs == Crs.Cgcs2000 ? Crs.Wgs84 : crs;

    // The wire names, as clients write them.
    private static string Name(Crs crs) => crs switch
    {
        Crs.Wgs84 => "wgs84",
        Crs.Cgcs2000 => "cgcs2000",
        Crs.Gcj02 => "gcj02",
        _ => "bd09",
    };
}

using LifeCircle.ServiceDefaults;
using NetTopologySuite.Geometries;

namespace LifeCircle.Facilities.Places;

/// <summary>The coordinate system that a position was given in.</summary>
public enum Crs
{
    /// <summary>WGS 84 (EPSG:4326): GPS, phones, OpenStreetMap. The default.</summary>
    Wgs84,

    /// <summary>CGCS2000 (EPSG:4490): Chinese planning data. Equal to WGS 84 at this scale.</summary>
    Cgcs2000,

    /// <summary>GCJ-02: AMap, Tencent, WeChat. About 546 m off in Shancheng, almost all to the east.</summary>
    Gcj02,

    /// <summary>BD-09: Baidu. About 1,300 m off in Shancheng.</summary>
    Bd09,
}

/// <summary>A point as it was given, and the same point in WGS 84, which everything is computed on.</summary>
public sealed record Position
{
    private static readonly GeometryFactory Geometry = new(new PrecisionModel(), 4326);

    private Position(Crs crs, double originalLon, double originalLat, double lon, double lat) =>
        (Crs, OriginalLon, OriginalLat, Lon, Lat) = (crs, originalLon, originalLat, lon, lat);

    /// <summary>The coordinate system of the original.</summary>
    public Crs Crs { get; }

    /// <summary>Longitude as given, degrees east in <see cref="Crs"/>.</summary>
    public double OriginalLon { get; }

    /// <summary>Latitude as given, degrees north in <see cref="Crs"/>.</summary>
    public double OriginalLat { get; }

    /// <summary>Longitude in WGS 84, degrees east.</summary>
    public double Lon { get; }

    /// <summary>Latitude in WGS 84, degrees north.</summary>
    public double Lat { get; }

    /// <summary>Takes a point in any of the four systems.</summary>
    /// <param name="lon">Degrees east, -180 to 180.</param>
    /// <param name="lat">Degrees north, -90 to 90.</param>
    /// <param name="crs">What the two numbers mean.</param>
    /// <param name="field">
    /// Where the caller's input has the point: <c>position</c> makes errors name <c>position.lon</c>; empty for bare parameters.
    /// </param>
    /// <exception cref="RuleBroken"><c>facilities.position_invalid</c>: not a number, out of range, or no such system.</exception>
    public static Position Of(double lon, double lat, Crs crs = Crs.Wgs84, string field = "position")
    {
        if (Math.Abs(lat) is > 90 and <= 180 && Math.Abs(lon) <= 90)
            throw new RuleBroken(PlacesRules.PositionInvalid, Member(field, "lat"),
                "lat must be between -90 and 90 degrees. Swapped axes? The order is longitude, latitude.",
                "lat 必须在 -90 到 90 度之间。经纬度是否颠倒？顺序为经度、纬度。");

        Require(lon, 180, field, "lon");
        Require(lat, 90, field, "lat");
        if (!Enum.IsDefined(crs))
            throw new RuleBroken(PlacesRules.PositionInvalid, Member(field, "crs"),
                "crs must be one of wgs84, cgcs2000, gcj02, bd09.", "crs 只能是 wgs84、cgcs2000、gcj02、bd09 之一。");

        var (wgsLon, wgsLat) = crs switch
        {
            Crs.Gcj02 => ChineseOffsets.Gcj02ToWgs84(lon, lat),
            Crs.Bd09 => Bd09ToWgs84(lon, lat),
            _ => (lon, lat),
        };
        return new Position(crs, lon, lat, wgsLon, wgsLat);
    }

    /// <summary>Rebuilds a stored position without converting again, so that a point never moves when a formula is refined.</summary>
    public static Position Restore(Crs crs, double originalLon, double originalLat, double lon, double lat) =>
        new(crs, originalLon, originalLat, lon, lat);

    /// <summary>The same place in another system, degrees.</summary>
    public (double Lon, double Lat) In(Crs crs)
    {
        if (crs == Crs)
            return (OriginalLon, OriginalLat);
        if (crs is Crs.Wgs84 or Crs.Cgcs2000)
            return (Lon, Lat);
        var gcj = ChineseOffsets.Wgs84ToGcj02(Lon, Lat);
        return crs == Crs.Gcj02 ? gcj : ChineseOffsets.Gcj02ToBd09(gcj.Lon, gcj.Lat);
    }

    /// <summary>The WGS 84 point, SRID 4326.</summary>
    public Point ToPoint() => Geometry.CreatePoint(new Coordinate(Lon, Lat));

    /// <summary>Metres to another position on a sphere of 6,371,008.8 m (IUGG mean radius); within 0.5 % of the ellipsoid.</summary>
    public double MetresTo(Position other)
    {
        ArgumentNullException.ThrowIfNull(other);
        const double radius = 6_371_008.8;
        var sineLat = Math.Sin(double.DegreesToRadians(other.Lat - Lat) / 2);
        var sineLon = Math.Sin(double.DegreesToRadians(other.Lon - Lon) / 2);
        var h = sineLat * sineLat
            + Math.Cos(double.DegreesToRadians(Lat)) * Math.Cos(double.DegreesToRadians(other.Lat)) * sineLon * sineLon;
        return 2 * radius * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }

    private static (double Lon, double Lat) Bd09ToWgs84(double lon, double lat)
    {
        var (gcjLon, gcjLat) = ChineseOffsets.Bd09ToGcj02(lon, lat);
        return ChineseOffsets.Gcj02ToWgs84(gcjLon, gcjLat);
    }

    private static void Require(double value, double limit, string field, string member)
    {
        if (!double.IsFinite(value) || Math.Abs(value) > limit)
            throw new RuleBroken(PlacesRules.PositionInvalid, Member(field, member),
                FormattableString.Invariant($"{member} must be a number between -{limit} and {limit} degrees."),
                FormattableString.Invariant($"{member} 必须是 -{limit} 到 {limit} 之间的度数。"));
    }

    private static string Member(string field, string member) => field.Length == 0 ? member : $"{field}.{member}";
}

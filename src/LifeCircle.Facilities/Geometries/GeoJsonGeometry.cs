using System.Text.Json;
using System.Text.Json.Nodes;
using NetTopologySuite.Geometries;

namespace LifeCircle.Facilities.Geometries;

/// <summary>A geometry of RFC 7946: WGS 84, longitude before latitude.</summary>
/// <param name="Type"><c>Point</c>, <c>Polygon</c> or <c>MultiPolygon</c>.</param>
/// <param name="Coordinates">Nested arrays of numbers, degrees with seven decimals (about a centimetre).</param>
public sealed record GeoJsonGeometry(string Type, JsonElement Coordinates)
{
    public static GeoJsonGeometry Of(Geometry geometry) => new(geometry.GeometryType, JsonSerializer.SerializeToElement(geometry switch
    {
        Point point => Pair(point.Coordinate),
        Polygon polygon => Rings(polygon),
        MultiPolygon many => new JsonArray([.. many.Geometries.Cast<Polygon>().Select(Rings)]),
        _ => throw new NotSupportedException($"{geometry.GeometryType} is not shown by this service."),
    }));

    // RFC 7946, 3.1.6: outer rings run counterclockwise, holes clockwise.
    private static JsonArray Rings(Polygon polygon)
    {
        var shell = polygon.Shell.IsCCW ? polygon.Shell : (LinearRing)polygon.Shell.Reverse();
        var holes = polygon.Holes.Select(hole => hole.IsCCW ? (LinearRing)hole.Reverse() : hole);
        return new JsonArray([.. holes.Prepend(shell).Select(ring => new JsonArray([.. ring.Coordinates.Select(Pair)]))]);
    }

    private static JsonArray Pair(Coordinate coordinate) => [Math.Round(coordinate.X, 7), Math.Round(coordinate.Y, 7)];
}

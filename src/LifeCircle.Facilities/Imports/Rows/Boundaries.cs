using System.Text.Json;
using LifeCircle.ServiceDefaults;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Valid;

namespace LifeCircle.Facilities.Imports.Rows;

/// <summary>Reads GeoJSON geometries (RFC 7946) and says where they are wrong.</summary>
internal static class Boundaries
{
    private static readonly GeometryFactory Factory = new(new PrecisionModel(), 4326);

    /// <summary>A point; (0, 0) of a bad one.</summary>
    public static (double Lon, double Lat) Point(JsonElement geometry, ImportRow row)
    {
        if (TypeOf(geometry) is "Point" && geometry.TryGetProperty("coordinates", out var at) && TryRead(at, out var lon, out var lat)) return (lon, lat);
        row.Fail(FacilitiesRules.ValueInvalid, "geometry", "It must be a GeoJSON Point.", "须为 GeoJSON Point。");
        return (0, 0);
    }

    /// <summary>A valid polygon or several; null of a bad one.</summary>
    public static MultiPolygon? Read(JsonElement? geometry, string member, ImportRow row)
    {
        try
        {
            if (geometry is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given) throw new RuleBroken(ImportRules.MemberMissing);
            var coordinates = given.ValueKind is JsonValueKind.Object && given.TryGetProperty("coordinates", out var found) ? found : default;
            var boundary = Factory.CreateMultiPolygon(TypeOf(given) switch
            {
                "Polygon" => [Polygon(coordinates)],
                "MultiPolygon" => [.. Items(coordinates).Select(Polygon)],
                _ => throw Invalid("It must be a GeoJSON Polygon or MultiPolygon.", "须为 GeoJSON Polygon 或 MultiPolygon。"),
            });
            return Check(boundary);
        }
        catch (RuleBroken broken)
        {
            row.Faults.AddRange(ImportFault.Of(broken).Select(fault => fault with { Field = member }));
            return null;
        }
    }

    private static MultiPolygon Check(MultiPolygon boundary)
    {
        if (new IsValidOp(boundary).ValidationError is { } error)
        {
            var at = FormattableString.Invariant($"{error.Coordinate?.X:0.#######}, {error.Coordinate?.Y:0.#######}");
            var (en, zh) = error.ErrorType switch
            {
                TopologyValidationErrors.SelfIntersection or TopologyValidationErrors.RingSelfIntersection => ("It crosses itself", "边界自相交"),
                TopologyValidationErrors.HoleOutsideShell => ("A hole lies outside", "内环在外环之外"),
                TopologyValidationErrors.NestedShells or TopologyValidationErrors.NestedHoles => ("Rings lie in each other", "环相互嵌套"),
                TopologyValidationErrors.DisconnectedInteriors => ("Its inside is not in one piece", "内部不连通"),
                TopologyValidationErrors.TooFewPoints => ("A ring has too few different points", "环的不同顶点过少"),
                _ => ("It is not a valid polygon", "不是有效的多边形"),
            };
            throw Invalid($"{en} at {at}.", $"{zh}：{at}。");
        }
        if (boundary.IsEmpty || !(boundary.Area > 0)) throw Invalid("It has no area.", "面积为零。");
        return boundary;
    }

    private static Polygon Polygon(JsonElement rings)
    {
        LinearRing[] read = [.. Items(rings).Select(Ring)];
        return read is [var shell, .. var holes] ? Factory.CreatePolygon(shell, holes) : throw Invalid("A polygon has no ring.", "多边形没有环。");
    }

    private static LinearRing Ring(JsonElement positions)
    {
        Coordinate[] ring = [.. Items(positions).Select(Position)];
        if (ring.Length < 4) throw Invalid("A ring needs four positions or more, the last equal to the first.", "环须有至少四个位置，且首尾相同。");
        if (!ring[0].Equals2D(ring[^1]))
            throw Invalid(
                FormattableString.Invariant($"The ring that begins at {ring[0].X}, {ring[0].Y} is not closed: the last position must equal the first."),
                FormattableString.Invariant($"始于 {ring[0].X}, {ring[0].Y} 的环未闭合：首尾位置须相同。"));
        return Factory.CreateLinearRing(ring);
    }

    private static Coordinate Position(JsonElement position)
    {
        if (!TryRead(position, out var lon, out var lat)) throw Invalid("A position is [longitude, latitude].", "位置应为 [经度, 纬度]。");
        if (Math.Abs(lon) <= 180 && Math.Abs(lat) <= 90) return new Coordinate(lon, lat);
        var at = FormattableString.Invariant($"{lon}, {lat}");
        throw Math.Abs(lon) <= 90 && Math.Abs(lat) <= 180
            ? Invalid($"{at} is not on earth. Swapped axes? The order is longitude, latitude.", $"{at} 不是有效位置。经纬度是否颠倒？顺序为经度、纬度。")
            : Invalid($"{at} is not on earth; degrees are expected.", $"{at} 不是有效位置，单位应为度。");
    }

    private static bool TryRead(JsonElement position, out double lon, out double lat)
    {
        (lon, lat) = (0, 0);
        return position.ValueKind is JsonValueKind.Array && position.GetArrayLength() >= 2
            && position[0].ValueKind is JsonValueKind.Number && position[0].TryGetDouble(out lon) && double.IsFinite(lon)
            && position[1].ValueKind is JsonValueKind.Number && position[1].TryGetDouble(out lat) && double.IsFinite(lat);
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement array) => array.ValueKind is JsonValueKind.Array
        ? array.EnumerateArray()
        : throw Invalid("The coordinates are not nested as the type says.", "坐标的嵌套与类型不符。");

    // Not GetString: it throws on a lone surrogate.
    private static string? TypeOf(JsonElement geometry) =>
        geometry.ValueKind is JsonValueKind.Object && geometry.TryGetProperty("type", out var type) ? type.GetRawText().Trim('"') : null;

    private static RuleBroken Invalid(string en, string zh) => new(ImportRules.BoundaryInvalid, "", en, zh);
}

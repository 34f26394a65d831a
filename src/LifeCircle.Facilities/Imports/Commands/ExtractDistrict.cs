using System.Text.Json;
using LifeCircle.Facilities.Osm;
using LifeCircle.Facilities.Walking;
using NetTopologySuite.Geometries;

namespace LifeCircle.Facilities.Imports.Commands;

/// <summary>
/// A district drawn around what an OpenStreetMap extract has, so that the streets and facilities of any town can be tried without its
/// register of divisions.
/// </summary>
internal static class ExtractDistrict
{
    /// <summary>No division of China has it.</summary>
    public const string Code = "999999";

    // About 300 m, as far as a door may be from the street.
    private const double MarginDegrees = 0.003;

    /// <summary>Writes the district as a file for the import of divisions.</summary>
    /// <param name="open">Opens the extract from its beginning.</param>
    /// <param name="format">Its format.</param>
    /// <param name="name">What to call the district.</param>
    /// <param name="file">Where to.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="OsmFormatException">The extract is damaged or no such file.</exception>
    public static async Task WriteDivisionsAsync(Func<Stream> open, OsmFormat format, string name, Stream file, CancellationToken cancel)
    {
        var (network, _) = await ImportStreets.ReadAsync(open, format, cancel);
        var points = Enumerable.Range(0, network.JunctionCount)
            .Select(junction => new Coordinate(network.JunctionLon[junction] * WalkingNetwork.Unit, network.JunctionLat[junction] * WalkingNetwork.Unit))
            .ToList();
        await foreach (var feature in OsmFeatures.ReadAsync(open, format, cancel)) points.Add(new Coordinate(feature.Lon, feature.Lat));
        var outline = (Polygon)new MultiPoint([.. points.Select(point => new Point(point))]).ConvexHull().Buffer(MarginDegrees);
        var division = new
        {
            type = "Feature",
            properties = new { code = Code, level = "district", name_zh = name, name_en = name, valid_from = "2000-01-01" },
            geometry = new
            {
                type = "Polygon",
                coordinates = new[] { outline.ExteriorRing.Coordinates.Select(corner => new[] { Math.Round(corner.X, 7), Math.Round(corner.Y, 7) }) },
            },
        };
        await JsonSerializer.SerializeAsync(file, new { type = "FeatureCollection", features = new[] { division } }, cancellationToken: cancel);
    }
}

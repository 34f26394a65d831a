using System.Runtime.CompilerServices;
using LifeCircle.Facilities.Walking;

namespace LifeCircle.Facilities.Osm;

/// <summary>A mapped feature that is a facility.</summary>
/// <param name="Id"><c>node/123</c> or <c>way/456</c>, as in the address of its page at OpenStreetMap.</param>
/// <param name="Category">Its category.</param>
/// <param name="Lon">Degrees east; of an outline, of its middle.</param>
/// <param name="Lat">Degrees north.</param>
/// <param name="AreaM2">Of an outline, square metres.</param>
/// <param name="Tags">What else is known.</param>
internal sealed record OsmFeature(string Id, string Category, double Lon, double Lat, double? AreaM2, OsmTags Tags);

/// <summary>
/// Finds the facilities among the points and outlines of a file. Read twice, like the streets: first the outlines, then the points that they
/// need. Features mapped as relations (an outline with holes, a campus) are not read.
/// </summary>
internal static class OsmFeatures
{
    public static async IAsyncEnumerable<OsmFeature> ReadAsync(
        Func<Stream> open, OsmFormat format, [EnumeratorCancellation] CancellationToken cancel)
    {
        var outlines = new List<OsmWay>();
        var corners = new Dictionary<long, (double Lon, double Lat)>();
        await using (var file = open())
        {
            await foreach (var block in OsmFile.ReadAsync(file, format, OsmWanted.Ways, cancel))
                foreach (var way in block.Ways)
                {
                    if (way.Nodes.Length < 4 || way.Nodes[0] != way.Nodes[^1] || FacilityTags.CategoryOf(way.Tags, null) is null) continue;
                    outlines.Add(way);
                    foreach (var node in way.Nodes) corners[node] = (double.NaN, double.NaN);
                }
        }
        await using (var file = open())
        {
            await foreach (var block in OsmFile.ReadAsync(file, format, OsmWanted.Nodes, cancel))
                foreach (var node in block.Nodes)
                {
                    if (corners.ContainsKey(node.Id)) corners[node.Id] = (node.Lon, node.Lat);
                    if (!node.Tags.IsEmpty && FacilityTags.CategoryOf(node.Tags, null) is { } category)
                        yield return new OsmFeature($"node/{node.Id}", category, node.Lon, node.Lat, null, node.Tags);
                }
        }
        foreach (var outline in outlines)
        {
            var ring = Array.ConvertAll(outline.Nodes, node => corners[node]);
            if (ring.Any(corner => double.IsNaN(corner.Lon))) continue; // cut off at the border of the file
            var (lon, lat, area) = MiddleOf(ring);
            if (area > 0) yield return new OsmFeature($"way/{outline.Id}", FacilityTags.CategoryOf(outline.Tags, area)!, lon, lat, area, outline.Tags);
        }
    }

    /// <summary>Centroid and area by the shoelace formula, on a plane that touches the earth at the first corner.</summary>
    private static (double Lon, double Lat, double AreaM2) MiddleOf((double Lon, double Lat)[] ring)
    {
        var (originLon, originLat) = ring[0];
        var metresNorth = Metres.PerUnit / WalkingNetwork.Unit;
        var metresEast = metresNorth * Math.Cos(double.DegreesToRadians(originLat));
        var (twice, x, y) = (0.0, 0.0, 0.0);
        for (var i = 0; i < ring.Length - 1; i++)
        {
            var (x0, y0) = ((ring[i].Lon - originLon) * metresEast, (ring[i].Lat - originLat) * metresNorth);
            var (x1, y1) = ((ring[i + 1].Lon - originLon) * metresEast, (ring[i + 1].Lat - originLat) * metresNorth);
            var cross = (x0 * y1) - (x1 * y0);
            (twice, x, y) = (twice + cross, x + ((x0 + x1) * cross), y + ((y0 + y1) * cross));
        }
        return twice == 0 ? default : (originLon + (x / (3 * twice) / metresEast), originLat + (y / (3 * twice) / metresNorth), Math.Abs(twice) / 2);
    }
}

using CsCheck;
using LifeCircle.Facilities.Walking;

namespace LifeCircle.Facilities.Tests.Walking;

public sealed class StreetIndexTests
{
    [Fact]
    public void Finds_the_nearest_point_of_all_edges() =>
        Gen.Select(RandomStreets.Networks, Gen.Int[-60_000, 60_000], Gen.Int[-60_000, 60_000], Gen.Double[1, 900]).Sample((network, lon, lat, within) =>
        {
            var found = network.Index.Nearest(lon, lat, within);

            var nearest = NearestMetres(network.Edges, lon, lat);
            Assert.Equal(nearest < within, found is not null);
            if (found is not { } snap) return;
            Assert.Equal(nearest, snap.Metres, 0.02);
            Assert.Equal(snap.Metres, Metres.Between(lon, lat, snap.Lon, snap.Lat), 0.1);
            Assert.InRange(snap.Centimetres, 0, network.Edges.Centimetres[snap.Edge]);
        });

    [Fact]
    public async Task Measures_along_the_edge_to_the_point_on_the_street()
    {
        var (network, _) = await new StreetFile().Node(1, 0, 0).Node(2, 0, 10).Node(3, 10, 10).Way("highway=footway", 1, 2, 3).ImportAsync();

        var snap = network.Index.Nearest(1_141_800_000 + 4_000, 12_000, 100)!.Value;

        Assert.Equal(14 * 1111.95, network.Edges.From[snap.Edge] == JunctionAtOrigin(network) ? snap.Centimetres : network.Edges.Centimetres[snap.Edge] - snap.Centimetres, 5.0);
        Assert.Equal(2 * 11.1195, snap.Metres, 0.01);
        Assert.Equal((1_141_804_000, 10_000), (snap.Lon, snap.Lat));
    }

    [Fact]
    public void Looks_as_far_in_the_north_as_in_the_south_of_its_area()
    {
        // At 60 degrees north 0.0045 degrees of longitude are 250 m.
        var index = new StreetIndex(Edges(((0, 0), (0, 1_000)), ((45_000, 600_000_000), (45_000, 600_001_000))));

        Assert.Equal(250, index.Nearest(0, 600_000_500, 300)!.Value.Metres, 1.0);
        Assert.Equal(1, index.Nearest(0, 600_000_500, 300)!.Value.Edge);
    }

    [Fact]
    public void Finds_streets_on_both_sides_of_the_globe()
    {
        var index = new StreetIndex(Edges(((-1_799_000_000, 0), (-1_799_000_000, 1_000)), ((1_799_000_000, 0), (1_799_000_000, 1_000))));

        Assert.Equal(0, index.Nearest(-1_799_000_500, 0, 300)!.Value.Edge);
        Assert.Equal(1, index.Nearest(1_799_000_500, 0, 300)!.Value.Edge);
        Assert.Null(index.Nearest(1_790_000_000, 800_000_000, 300));
    }

    private static EdgeList Edges(params ((int Lon, int Lat) From, (int Lon, int Lat) To)[] pieces) => new(
        [.. pieces.Select((_, i) => 2 * i)], [.. pieces.Select((_, i) => (2 * i) + 1)], [.. pieces.Select(_ => 1_112)],
        [.. pieces.Select(_ => EdgeKinds.Forward | EdgeKinds.Backward)], [.. Enumerable.Range(0, pieces.Length + 1).Select(i => 2 * i)],
        [.. pieces.SelectMany(piece => new[] { piece.From.Lon, piece.To.Lon })], [.. pieces.SelectMany(piece => new[] { piece.From.Lat, piece.To.Lat })]);

    private static int JunctionAtOrigin(WalkingNetwork network) => Array.IndexOf(network.JunctionLat, 0);

    /// <summary>By ternary search on every straight piece: the distance has one minimum along it.</summary>
    private static double NearestMetres(EdgeList edges, int lon, int lat)
    {
        var best = double.MaxValue;
        for (var e = 0; e < edges.Count; e++)
            for (var p = edges.FirstPoint[e]; p < edges.FirstPoint[e + 1] - 1; p++)
            {
                var (low, high) = (0.0, 1.0);
                while (high - low > 1e-7)
                {
                    var (left, right) = (low + ((high - low) / 3), high - ((high - low) / 3));
                    if (At(p, left) < At(p, right)) high = right;
                    else low = left;
                }
                best = Math.Min(best, At(p, (low + high) / 2));
            }
        return best;

        double At(int p, double along)
        {
            var x = ((edges.PointLon[p] + (along * (edges.PointLon[p + 1] - edges.PointLon[p]))) - lon) * Metres.Shrink(lat) * Metres.PerUnit;
            var y = ((edges.PointLat[p] + (along * (edges.PointLat[p + 1] - edges.PointLat[p]))) - lat) * Metres.PerUnit;
            return Math.Sqrt((x * x) + (y * y));
        }
    }
}

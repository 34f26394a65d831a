using CsCheck;
using LifeCircle.Facilities.Walking;

namespace LifeCircle.Facilities.Tests.Walking;

/// <summary>Random networks for property tests: parallel edges, loops, dead ends and one-way streets included.</summary>
internal static class RandomStreets
{
    public static readonly Gen<WalkingNetwork> Networks =
        from junctions in Gen.Select(Gen.Int[-20_000, 20_000], Gen.Int[-20_000, 20_000]).Array[2, 40]
        from edges in Gen.Select(Gen.Int[0, junctions.Length - 1], Gen.Int[0, junctions.Length - 1], Gen.Int[1, 7],
            Gen.Select(Gen.Int[-20_000, 20_000], Gen.Int[-20_000, 20_000]).Array[0, 3]).Array[1, 120]
        select Build(junctions, edges);

    private static WalkingNetwork Build((int Lon, int Lat)[] junctions, (int From, int To, int Kinds, (int, int)[] Bends)[] edges)
    {
        (int Lon, int Lat)[][] points = [.. edges.Select(edge => ((int Lon, int Lat)[])[junctions[edge.From], .. edge.Bends, junctions[edge.To]])];
        var firstPoint = new int[edges.Length + 1];
        for (var e = 0; e < edges.Length; e++) firstPoint[e + 1] = firstPoint[e] + points[e].Length;
        return new WalkingNetwork(
            [.. junctions.Select(junction => junction.Lon)], [.. junctions.Select(junction => junction.Lat)],
            new EdgeList(
                [.. edges.Select(edge => edge.From)], [.. edges.Select(edge => edge.To)],
                [.. points.Select(line => Math.Max(1, (int)Math.Round(100 * line.Zip(line.Skip(1)).Sum(pair => Metres.Between(pair.First.Lon, pair.First.Lat, pair.Second.Lon, pair.Second.Lat)))))],
                [.. edges.Select(edge => (EdgeKinds)((edge.Kinds & 3) == 0 ? edge.Kinds | 3 : edge.Kinds))],
                firstPoint, [.. points.SelectMany(line => line, (_, point) => point.Lon)], [.. points.SelectMany(line => line, (_, point) => point.Lat)]));
    }
}

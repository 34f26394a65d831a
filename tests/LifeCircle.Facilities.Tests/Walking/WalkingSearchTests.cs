using CsCheck;
using LifeCircle.Facilities.Walking;

namespace LifeCircle.Facilities.Tests.Walking;

public sealed class WalkingSearchTests
{
    [Fact]
    public void Finds_what_relaxing_every_edge_until_nothing_changes_finds() =>
        Gen.Select(RandomStreets.Networks, Gen.Int[0, 39], Gen.Int[1, 400_000]).Sample((network, seed, limit) =>
        {
            var from = seed % network.JunctionCount;
            var search = new WalkingSearch(network);
            for (var round = 0; round < 2; round++) search.Run(network.Edges.Centimetres, [new WalkStart(from, 5, 7)], limit);

            var expected = BellmanFord(network, from, 5);
            for (var junction = 0; junction < network.JunctionCount; junction++)
            {
                Assert.Equal(expected[junction] <= limit, search.IsReached(junction));
                if (!search.IsReached(junction)) continue;
                Assert.Equal(expected[junction], search.MillisecondsTo(junction));
                Assert.Equal(expected[junction] + 2, search.CentimetresTo(junction)); // times are lengths here, begun at 5 and 7
            }
            var times = search.Reached.Select(search.MillisecondsTo).ToList();
            Assert.Equal(times.Order(), times);
            Assert.Equal(search.Reached.Distinct().Count(), search.Reached.Count);
        });

    [Fact]
    public void Begins_at_several_junctions_at_once() => RandomStreets.Networks.Sample(network =>
    {
        var search = new WalkingSearch(network);
        search.Run(network.Edges.Centimetres, [new WalkStart(0, 100, 0), new WalkStart(1, 30, 0)], int.MaxValue);

        var (one, other) = (BellmanFord(network, 0, 100), BellmanFord(network, 1, 30));
        foreach (var junction in search.Reached) Assert.Equal(Math.Min(one[junction], other[junction]), search.MillisecondsTo(junction));
    });

    private static long[] BellmanFord(WalkingNetwork network, int from, long begin)
    {
        var edges = network.Edges;
        var times = Enumerable.Repeat(long.MaxValue / 2, network.JunctionCount).ToArray();
        times[from] = begin;
        for (var changed = true; changed;)
        {
            changed = false;
            for (var e = 0; e < edges.Count; e++)
            {
                if (edges.IsForward(e)) Relax(edges.From[e], edges.To[e], edges.Centimetres[e]);
                if (edges.IsBackward(e)) Relax(edges.To[e], edges.From[e], edges.Centimetres[e]);
            }

            void Relax(int tail, int head, int time)
            {
                if (times[tail] + time >= times[head]) return;
                (times[head], changed) = (times[tail] + time, true);
            }
        }
        return times;
    }
}

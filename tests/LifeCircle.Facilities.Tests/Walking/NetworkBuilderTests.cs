using LifeCircle.Facilities.Walking;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Tests.Walking;

public sealed class NetworkBuilderTests
{
    // A cell of the file's grid, 1e-4 degrees of a sphere of 6,371,008.8 m.
    private const double Cell = 11.1195;

    [Fact]
    public async Task Ways_that_share_a_point_meet_and_ways_that_only_cross_do_not()
    {
        var (network, report) = await new StreetFile()
            .Node(1, 0, 0).Node(2, 10, 0).Node(3, 20, 0).Node(4, 10, 10).Node(5, 15, -5).Node(6, 15, 5)
            .Way("highway=residential", 1, 2, 3).Way("highway=residential", 2, 4).Way("highway=residential", 5, 6).ImportAsync();

        Assert.Equal((4, 3), (network.JunctionCount, network.Edges.Count));
        Assert.Equal(30 * Cell, report.Metres, 1.0);
        Assert.Equal((1, 2), (report.Islands, report.IslandJunctions));
        Assert.Equal(10 * Cell, report.IslandMetres, 1.0);
        var island = Assert.Single(report.LargestIslands);
        Assert.Equal(114.1815, island.Lon, 6);
    }

    [Fact]
    public async Task Points_without_a_crossing_bend_an_edge_and_count_in_its_length()
    {
        var (network, _) = await new StreetFile().Node(1, 0, 0).Node(2, 0, 10).Node(3, 10, 10).Way("highway=footway", 1, 2, 3).ImportAsync();

        Assert.Equal(1, network.Edges.Count);
        Assert.Equal(3, network.Edges.PointLon.Length);
        Assert.Equal(20 * Cell, network.Edges.Centimetres[0] / 100.0, 0.05);
    }

    [Fact]
    public async Task A_barrier_is_a_dead_end_from_either_side()
    {
        var (network, report) = await new StreetFile()
            .Node(1, 0, 0).Node(2, 10, 0, "barrier=gate access=private").Node(3, 20, 0).Node(4, 0, 10).Node(5, 20, 10)
            .Way("highway=residential", 1, 2, 3).Way("highway=residential", 1, 4).Way("highway=residential", 4, 5).Way("highway=residential", 5, 3).ImportAsync();

        Assert.Equal(1, report.Barriers);
        // Both halves of the way are there, but one walks around.
        Assert.Equal((6, 5), (network.JunctionCount, network.Edges.Count));
        Assert.Equal(40 * Cell, Distance(network, (0, 0), (10, 0), (20, 0)), 1.0);
    }

    [Fact]
    public async Task One_may_walk_a_one_way_footway_in_its_direction_only()
    {
        var (network, _) = await new StreetFile()
            .Node(1, 0, 0).Node(2, 10, 0).Node(3, 5, 20)
            .Way("highway=footway oneway:foot=yes", 1, 2).Way("highway=footway", 2, 3, 1).ImportAsync();

        Assert.Equal(10 * Cell, Distance(network, (0, 0), (10, 0)), 0.5);
        Assert.Equal(2 * Math.Sqrt(425) * Cell, Distance(network, (10, 0), (0, 0)), 0.5);
    }

    [Fact]
    public async Task Steps_motorways_ferries_and_private_roads_are_counted_apart()
    {
        var (network, report) = await new StreetFile()
            .Node(1, 0, 0).Node(2, 10, 0).Node(3, 20, 0)
            .Way("highway=steps", 1, 2).Way("highway=service access=private", 2, 3).Way("highway=motorway", 2, 3).Way("route=ferry", 2, 3)
            .Way("building=yes", 1, 2, 3, 1).ImportAsync();

        Assert.Equal((5L, 1), (report.Ways, report.WalkableWays));
        Assert.Equal([("ferry", 1), ("no_access", 1), ("not_for_feet", 1)], report.LeftOut.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal(report.Metres, report.StairsMetres);
        Assert.True(network.Edges.IsStairs(0));
    }

    [Fact]
    public async Task A_way_cut_off_at_the_border_of_the_file_goes_on_where_its_points_are_known()
    {
        var (network, report) = await new StreetFile()
            .Node(1, 0, 0).Node(2, 10, 0).Node(4, 30, 0).Node(5, 40, 0)
            .Way("highway=residential", 1, 2, 3, 4, 5).Way("highway=residential", 2, 4).ImportAsync();

        Assert.Equal(1, report.MissingPoints);
        Assert.Equal(3, network.Edges.Count);
        Assert.Equal(40 * Cell, report.Metres, 1.5);
    }

    [Fact]
    public async Task A_way_that_leaves_the_file_is_a_dead_end_up_to_its_last_known_point()
    {
        var (network, report) = await new StreetFile()
            .Node(1, 0, 0).Node(2, 10, 0).Node(3, 20, 0).Way("highway=residential", 1, 2, 3, 99).ImportAsync();

        Assert.Equal((2, 1, 1), (network.JunctionCount, network.Edges.Count, report.MissingPoints));
        Assert.Equal(20 * Cell, Distance(network, (0, 0), (20, 0)), 0.5);
    }

    [Fact]
    public async Task A_misplaced_point_is_left_out_and_the_street_ends_on_either_side_of_it()
    {
        // Point 4 lies at 0 E, 0 N.
        var (network, report) = await new StreetFile()
            .Node(1, 0, 0).Node(2, 10, 0).Node(3, 20, 0).Node(4, -1_141_800, 0).Node(5, 30, 0).Node(6, 40, 0).Node(7, 40, 10)
            .Way("highway=residential", 1, 2, 3, 4, 5, 6).Way("highway=residential", 1, 7, 6).ImportAsync();

        Assert.Equal((2, 0), (report.ImpossiblePieces, report.MissingPoints));
        Assert.Equal((4, 3), (network.JunctionCount, network.Edges.Count));
        Assert.Equal(20 * Cell, Distance(network, (0, 0), (20, 0)), 0.5);
        Assert.True(network.Edges.PointLon.Min() > 0);
    }

    [Theory]
    [InlineData(1_790, 0)]
    [InlineData(1_810, 2)]
    public async Task A_straight_piece_may_be_20_km_long(int length, int impossible)
    {
        var (_, report) = await new StreetFile()
            .Node(1, 0, 0).Node(2, length, 0).Node(3, 0, 10).Node(4, length, 10)
            .Way("highway=residential", 1, 2).Way("highway=residential", 3, 4).Way("highway=residential", 1, 3).ImportAsync();

        Assert.Equal(impossible, report.ImpossiblePieces);
    }

    [Fact]
    public async Task Junctions_at_the_same_place_do_not_cut_the_street()
    {
        var (network, _) = await new StreetFile()
            .Node(1, 0, 0).Node(2, 10, 0).Node(3, 10, 0).Node(4, 20, 0).Node(5, 10, 10).Node(6, 10, -10)
            .Way("highway=residential", 1, 2, 3, 4).Way("highway=residential", 2, 5).Way("highway=residential", 3, 6).ImportAsync();

        Assert.Equal(20 * Cell, Distance(network, (0, 0), (20, 0)), 0.5);
        Assert.Equal(20 * Cell, Distance(network, (10, 10), (10, -10)), 0.5);
        Assert.Equal(0, network.Index.Nearest(1_141_810_000, 0, 10)!.Value.Metres);
    }

    [Fact]
    public async Task A_barrier_where_streets_meet_stops_only_those_that_end_there()
    {
        // A drive with a gate at its mouth: the street goes on.
        var (network, report) = await new StreetFile()
            .Node(1, 0, 0).Node(2, 10, 0, "barrier=gate access=private").Node(3, 20, 0).Node(4, 10, 10).Node(5, 10, 20)
            .Way("highway=service", 2, 4, 5).Way("highway=residential", 1, 2, 3).Way("highway=residential", 5, 3).ImportAsync();

        Assert.Equal((1, 1), (report.Barriers, report.BarriersAtJunctions));
        Assert.Equal(20 * Cell, Distance(network, (0, 0), (20, 0)), 0.5);
        Assert.Equal((20 + Math.Sqrt(500)) * Cell, Distance(network, (0, 0), (10, 20)), 0.5);
    }

    [Fact]
    public async Task Streets_that_cross_at_a_barrier_stay_connected_and_a_ring_does_not_end_there()
    {
        var (network, report) = await new StreetFile()
            .Node(1, 0, 0).Node(2, 10, 0, "barrier=gate access=private").Node(3, 20, 0).Node(4, 10, 10).Node(5, 20, 10)
            .Way("highway=residential", 1, 2, 3).Way("highway=service", 2, 4, 5, 2).ImportAsync();

        Assert.Equal(1, report.BarriersAtJunctions);
        Assert.Equal(0, report.Islands);
        Assert.Equal(10 * Cell, Distance(network, (0, 0), (10, 0)), 0.5);
    }

    [Fact]
    public async Task A_barrier_between_two_streets_cuts_even_if_both_end_there()
    {
        var (_, report) = await new StreetFile()
            .Node(1, 0, 0).Node(2, 10, 0, "barrier=gate access=private").Node(3, 20, 0)
            .Way("highway=residential", 1, 2).Way("highway=residential", 2, 3).ImportAsync();

        Assert.Equal((1, 0, 1), (report.Barriers, report.BarriersAtJunctions, report.Islands));
    }

    [Fact]
    public async Task A_file_without_a_walkable_street_is_refused()
    {
        var refused = await Assert.ThrowsAsync<RuleBroken>(() =>
            new StreetFile().Node(1, 0, 0).Node(2, 1, 0).Way("highway=motorway", 1, 2).ImportAsync());
        Assert.Equal("facilities.no_streets", refused.Rule.Code);
    }

    /// <summary>Metres of the quickest walk between two points of the grid; with a third, from the first to the last, not over the second.</summary>
    private static double Distance(WalkingNetwork network, params (int X, int Y)[] points)
    {
        var search = new WalkingSearch(network);
        var (from, to) = (JunctionAt(points[0]), JunctionAt(points[^1]));
        search.Run(network.Edges.Centimetres, [new WalkStart(from, 0, 0)], int.MaxValue);
        Assert.True(search.IsReached(to));
        return search.CentimetresTo(to) / 100.0;

        int JunctionAt((int X, int Y) point) => Enumerable.Range(0, network.JunctionCount).First(j =>
            network.JunctionLon[j] == 1_141_800_000 + (point.X * 1000) && network.JunctionLat[j] == point.Y * 1000);
    }
}

using CsCheck;
using LifeCircle.Facilities.Reach;
using LifeCircle.Facilities.Tests.Walking;
using LifeCircle.Facilities.Walking;

namespace LifeCircle.Facilities.Tests.Reach;

public sealed class WalkableTests
{
    private const int Limit = 10_000_000;

    [Fact]
    public void Who_stands_at_the_end_of_a_street_stands_at_the_junction_whichever_way_the_street_may_be_walked() =>
        Gen.Select(RandomStreets.Networks, Gen.Int[0, 119], Gen.Bool).Sample((network, seed, atStart) =>
        {
            var (edges, edge) = (network.Edges, seed % network.Edges.Count);
            var places = Enumerable.Range(0, edges.Count)
                .SelectMany(e => new[] { (Junction: edges.From[e], On: At(e, 0)), (Junction: edges.To[e], On: At(e, edges.Centimetres[e])) }).ToList();
            var loaded = Loaded(network);

            var reached = Reach(loaded, edge, atStart ? 0 : edges.Centimetres[edge], [.. places.Select(place => place.On)]);

            var search = new WalkingSearch(network);
            search.Run(loaded.EdgeMilliseconds("p"), [new WalkStart(atStart ? edges.From[edge] : edges.To[edge], 0, 0)], Limit);
            Assert.Equal(
                places.Where(place => search.IsReached(place.Junction)).ToDictionary(place => place.On.Place.Id, place => search.MillisecondsTo(place.Junction)),
                reached.ToDictionary(place => place.Place.Id, place => place.Milliseconds));
        });

    [Theory]
    [InlineData("yes", "1 2 3")] // from 500 cm on, and the place at the door itself
    [InlineData("-1", "0 1")]
    public async Task Along_a_one_way_street_one_reaches_what_lies_ahead_and_what_is_at_the_door(string direction, string expected)
    {
        var (network, _) = await new StreetFile().Node(1, 0, 0).Node(2, 0, 10).Way($"highway=footway oneway:foot={direction}", 1, 2).ImportAsync();
        PlaceOnStreet[] places = [At(0, 100), At(0, 500), At(0, 501), At(0, network.Edges.Centimetres[0])];

        var reached = Reach(Loaded(network), 0, 500, places).Select(place => Array.FindIndex(places, p => p.Place == place.Place)).Order();

        Assert.Equal(expected, string.Join(' ', reached));
    }

    private static PlaceOnStreet At(int edge, int centimetres) =>
        new(new Place(Guid.CreateVersion7(), 1, "pharmacy", 0, 0, null, null, null, null), edge, centimetres, 0);

    private static LoadedNetwork Loaded(WalkingNetwork network) => new(Guid.Empty, default, network,
        new Dictionary<string, WalkingProfile> { ["p"] = new() { MetresPerSecond = 1, StairsMetresPerSecond = 0.5 } });

    private static List<ReachedPlace> Reach(LoadedNetwork loaded, int edge, int centimetres, PlaceOnStreet[] places) =>
        new Walkable(loaded, places).Reach(new Snap(edge, centimetres, 0, 0, 0), "p", Limit, _ => true);
}

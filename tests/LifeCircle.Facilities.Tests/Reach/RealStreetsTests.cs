using LifeCircle.Facilities.Osm;
using LifeCircle.Facilities.Reach;
using LifeCircle.Facilities.Walking;

namespace LifeCircle.Facilities.Tests.Reach;

/// <summary>On real streets, against a computation that shares neither network nor search with the service.</summary>
public sealed class RealStreetsTests
{
    private const double Speed = 0.8;
    private const double StairsSpeed = 0.35;
    private const int Limit = 900_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("monaco", 2_300, 2_700)]
    [InlineData("liechtenstein", 9_000, 10_300)]
    public async Task Reaches_the_same_places_in_the_same_time_as_a_plain_computation(string name, int fewestJunctions, int mostJunctions)
    {
        var path = Extracts.Require(name);
        var (network, report) = await ImportStreets.ReadAsync(() => File.OpenRead(path), OsmFormat.Pbf, Ct);
        Assert.InRange(report.Junctions, fewestJunctions, mostJunctions);
        Assert.InRange((double)report.Junctions / (report.Junctions + report.IslandJunctions), 0.9, 1.0);
        var plain = await PlainStreets.ReadAsync(path, Ct);
        var profile = new WalkingProfile { MetresPerSecond = Speed, StairsMetresPerSecond = StairsSpeed };
        var loaded = new LoadedNetwork(Guid.Empty, default, network, new Dictionary<string, WalkingProfile> { ["elderly"] = profile });

        // Doors and places stand on points of the streets, where both computations agree on where that is.
        var onNetwork = plain.Points.Where(point => network.Index.Nearest(Metres.Units(point.Value.Lon), Metres.Units(point.Value.Lat), 0.2) is not null)
            .ToDictionary(point => point.Key, point => point.Value);
        var random = new Random(17);
        var points = onNetwork.Keys.Order().ToArray();
        var places = random.GetItems(points, 1_500).Distinct()
            .ToDictionary(id => new Place(Guid.CreateVersion7(), 1, "pharmacy", onNetwork[id].Lon, onNetwork[id].Lat, null, null, null, null), id => id);
        var walkable = new Walkable(loaded, places.Keys.Select(place => place.On(network, 1)!));

        var compared = 0;
        foreach (var door in random.GetItems(points, 60))
        {
            var (lon, lat) = onNetwork[door];
            var reached = walkable.Reach(network.Index.Nearest(Metres.Units(lon), Metres.Units(lat), 1)!.Value, "elderly", Limit, _ => true);
            var expected = plain.SecondsFrom(door, Speed, StairsSpeed, (Limit / 1000) + 5);
            foreach (var place in reached)
            {
                Assert.True(expected.TryGetValue(places[place.Place], out var seconds), $"A walk from {door} to {places[place.Place]} that does not exist.");
                Assert.Equal(seconds, place.Milliseconds / 1000.0, 0.5 + (seconds * 0.001));
                compared++;
            }
            Assert.Empty(places.Where(place => expected.TryGetValue(place.Value, out var seconds) && seconds < (Limit / 1000) - 5)
                .Select(place => place.Key.Id).Except(reached.Select(place => place.Place.Id)));
        }
        Assert.True(compared > 300, $"Only {compared} walks were compared.");
    }

    [Fact]
    public async Task Snaps_to_the_street_that_is_nearest_of_all()
    {
        var path = Extracts.Require("monaco");
        var (network, _) = await ImportStreets.ReadAsync(() => File.OpenRead(path), OsmFormat.Pbf, Ct);
        var plain = await PlainStreets.ReadAsync(path, Ct);
        var random = new Random(3);
        for (var i = 0; i < 100; i++)
        {
            var near = plain.Points.ElementAt(random.Next(plain.Points.Count)).Value;
            var (lon, lat) = (near.Lon + ((random.NextDouble() - 0.5) * 0.002), near.Lat + ((random.NextDouble() - 0.5) * 0.002));
            var nearest = plain.MetresToStreet(lon, lat);
            // Islands are part of the plain streets only.
            if (network.Index.Nearest(Metres.Units(lon), Metres.Units(lat), 500) is { } snap) Assert.True(snap.Metres > nearest - 0.1);
            else Assert.True(nearest > 100);
        }
    }
}

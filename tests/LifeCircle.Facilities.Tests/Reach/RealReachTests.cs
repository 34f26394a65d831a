using System.Globalization;
using System.Text.Json;
using LifeCircle.Facilities.Imports.Commands;
using LifeCircle.Facilities.Osm;

namespace LifeCircle.Facilities.Tests.Reach;

/// <summary>
/// A real town, streets and facilities from one OpenStreetMap extract through the API: every answer of <c>reach</c> against a shortest-path
/// computation that shares neither network nor search nor snapping with the service.
/// </summary>
public abstract class RealReachTests(RealReachTests.App app, string name)
{
    private const string Pbf = "application/vnd.openstreetmap.data+pbf";
    private const double Speed = 0.8;
    private const double StairsSpeed = 0.35;
    private const int Minutes = 15;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_walk_takes_as_long_as_an_independent_computation_says()
    {
        var path = Extracts.Require(name);
        using (var divisions = new MemoryStream())
        {
            await ExtractDistrict.WriteDivisionsAsync(() => File.OpenRead(path), OsmFormat.Pbf, name, divisions, Ct);
            await MustAsync("kind=divisions", FacilitiesApp.GeoJson, divisions.ToArray());
        }
        await MustAsync("kind=streets", Pbf, await File.ReadAllBytesAsync(path, Ct));
        var import = await MustAsync("kind=facilities&source=osm&bad_rows=skip", Pbf, await File.ReadAllBytesAsync(path, Ct));
        var facilities = (await FacilitiesAsync()).Where(facility => !IsGreen(facility)).ToList(); // parks are reached at their edges
        Assert.InRange(facilities.Count, 100, import.GetProperty("progress").GetProperty("created").GetInt32());

        var plain = await PlainStreets.ReadAsync(path, Ct);
        var mainland = plain.Points.Keys.Select(point => plain.SecondsFrom(point, Speed, StairsSpeed, double.MaxValue)).First(reached => reached.Count > plain.Points.Count / 2);
        var places = facilities.ToDictionary(Id, facility => plain.PlaceAt(
            facility.GetProperty("position").GetProperty("lon").GetDouble(), facility.GetProperty("position").GetProperty("lat").GetDouble(), mainland));
        var (walks, misses) = (0, 0);
        foreach (var door in new Random(5).GetItems([.. places.Values.Select(place => place.From).Order()], 40)) // people live where facilities are
        {
            var seconds = plain.SecondsFrom(door, Speed, StairsSpeed, 2 * Minutes * 60);
            var (lon, lat) = plain.Points[door];
            var reached = (await ReachAsync(lon, lat)).ToDictionary(item => Id(item.GetProperty("facility")), item => item.GetProperty("seconds").GetInt32());
            foreach (var (id, place) in places)
            {
                var expected = place.Seconds(seconds, Speed, StairsSpeed);
                var tolerance = 2 + (expected * 0.002);
                if (reached.TryGetValue(id, out var told))
                {
                    Assert.True(Math.Abs(told - expected) <= tolerance, $"From {door} to {id}: {told} s, expected {expected:0.0} s.");
                    walks++;
                }
                else
                {
                    Assert.True(expected > (Minutes * 60) - tolerance || place.OffStreet > 299, $"From {door} to {id}: not reached, expected {expected:0.0} s.");
                    misses++;
                }
            }
        }
        Assert.True(walks > 500 && misses > 500, $"Only {walks} walks and {misses} places beyond reach were compared.");
    }

    private async Task<JsonElement> MustAsync(string query, string mediaType, byte[] content)
    {
        using var accepted = await app.PostAsync(query, mediaType, new ByteArrayContent(content));
        var import = await app.EndOfAsync(accepted);
        Assert.True(import.GetProperty("state").GetString() == "done", import.ToString());
        return import;
    }

    private async Task<List<JsonElement>> FacilitiesAsync()
    {
        var all = new List<JsonElement>();
        for (var address = "/facilities/v1/facilities?limit=200"; ;)
        {
            var page = await app.GetAsync(address);
            all.AddRange(page.GetProperty("items").EnumerateArray());
            if (!page.TryGetProperty("next", out var next)) return all;
            address = $"/facilities/v1/facilities?limit=200&after={next.GetString()}";
        }
    }

    private async Task<List<JsonElement>> ReachAsync(double lon, double lat)
    {
        var all = new List<JsonElement>();
        for (string? after = null; ;)
        {
            var answer = await app.GetAsync(string.Create(CultureInfo.InvariantCulture,
                $"/facilities/v1/reach?lon={lon}&lat={lat}&minutes={Minutes}&limit=200{(after is null ? "" : $"&after={after}")}"));
            all.AddRange(answer.GetProperty("items").EnumerateArray());
            if (!answer.TryGetProperty("next", out var next)) return all;
            after = next.GetString();
        }
    }

    private static string Id(JsonElement facility) => facility.GetProperty("external_id").GetString()!;

    private static bool IsGreen(JsonElement facility) => facility.GetProperty("category").GetString() is "park" or "community_park" or "pocket_park";

    public sealed class App(TestServers servers) : FacilitiesApp(servers);
}

public sealed class MonacoReachTests(RealReachTests.App app) : RealReachTests(app, "monaco"), IClassFixture<RealReachTests.App>;

public sealed class LiechtensteinReachTests(RealReachTests.App app) : RealReachTests(app, "liechtenstein"), IClassFixture<RealReachTests.App>;

using System.Globalization;
using System.Text.Json;
using LifeCircle.Testing;

namespace LifeCircle.EndToEnd.Tests;

/// <summary>The README's second example: a real town from an OpenStreetMap extract, instead of the demo district.</summary>
public sealed class ExtractTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_town_answers_and_a_second_start_finds_it_again()
    {
        var extract = Extracts.Require("monaco");
        var folder = Directory.CreateTempSubdirectory("lifecircle-extract-");
        try
        {
            string network;
            await using (var district = await StartAsync(folder.FullName, extract))
            {
                using var planner = await district.ClientAsync();
                network = await CheckReachAsync(planner);
            }
            await using (var again = await StartAsync(folder.FullName, extract))
            {
                using var planner = await again.ClientAsync();
                Assert.Equal(network, await CheckReachAsync(planner));
                var imports = await JsonAsync(planner, "/facilities/v1/imports");
                Assert.Equal(["facilities", "streets", "divisions"], imports.GetProperty("items").EnumerateArray().Select(import => import.GetProperty("kind").GetString()));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<District> StartAsync(string folder, string extract)
    {
        var district = new District("--data-folder", folder, $"--Parameters:extract={extract}");
        try
        {
            await district.InitializeAsync();
            return district;
        }
        catch
        {
            await district.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// From the door of each of ten facilities: it is there itself, the nearest comes first, and nobody walks faster than the bird flies at the
    /// profile's speed. The exact times are checked in the tests of Facilities. Returns the network's id.
    /// </summary>
    private static async Task<string> CheckReachAsync(HttpClient planner)
    {
        var network = "";
        var facilities = (await JsonAsync(planner, "/facilities/v1/facilities?limit=200&category=pharmacy&category=supermarket")).GetProperty("items").EnumerateArray().Take(10).ToList();
        Assert.Equal(10, facilities.Count);
        foreach (var door in facilities)
        {
            var (lon, lat) = PositionOf(door);
            var answer = await JsonAsync(planner, string.Create(CultureInfo.InvariantCulture, $"/facilities/v1/reach?lon={lon}&lat={lat}&minutes=15&limit=200"));
            network = answer.GetProperty("network_id").GetString()!;
            var items = answer.GetProperty("items").EnumerateArray().ToList();
            Assert.Contains(items, item => item.GetProperty("facility").GetProperty("id").GetString() == door.GetProperty("id").GetString());
            Assert.Equal(items.Select(item => item.GetProperty("seconds").GetInt32()).Order(), items.Select(item => item.GetProperty("seconds").GetInt32()));
            foreach (var item in items.Where(item => !item.GetProperty("facility").TryGetProperty("area_m2", out _))) // an outline is reached at its edge
            {
                var (toLon, toLat) = PositionOf(item.GetProperty("facility"));
                var bird = Math.Sqrt(Math.Pow((toLat - lat) * 111_195, 2) + Math.Pow((toLon - lon) * 111_195 * Math.Cos(double.DegreesToRadians(lat)), 2));
                Assert.InRange(item.GetProperty("seconds").GetInt32(), Math.Floor(bird / 0.8 * 0.999), 900);
            }
        }
        return network;
    }

    private static (double Lon, double Lat) PositionOf(JsonElement facility) =>
        (facility.GetProperty("position").GetProperty("lon").GetDouble(), facility.GetProperty("position").GetProperty("lat").GetDouble());

    private static async Task<JsonElement> JsonAsync(HttpClient http, string address) =>
        JsonSerializer.Deserialize<JsonElement>(await http.GetStringAsync(new Uri(address, UriKind.Relative), Ct));
}

using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using LifeCircle.Facilities;
using LifeCircle.Facilities.Walking;
using LifeCircle.Testing;

namespace LifeCircle.Benchmarks.Reach;

/// <summary>The service with the town's streets and with facilities at the given places, on loopback in this process.</summary>
internal sealed class ReachTown : IAsyncDisposable
{
    private readonly TestServers _servers = new();
    private TownApp? _app;
    private HttpClient? _client;
    private double _found;

    /// <summary>Facilities in an answer, on average.</summary>
    public double Found => _found;

    public static async Task<ReachTown> CreateAsync(string extract, WalkingNetwork network, IEnumerable<(double Lon, double Lat)> places)
    {
        var town = new ReachTown();
        try
        {
            await town._servers.InitializeAsync();
            town._app = new TownApp(town._servers);
            await town._app.InitializeAsync();
            town._client = town._app.Client("facilities.read", "facilities.import");
            await town.ImportAsync("divisions", "application/geo+json", new StringContent(Division(network)));
            await town.ImportAsync("streets", "application/vnd.openstreetmap.data+pbf", new StreamContent(File.OpenRead(extract)));
            await town.ImportAsync("facilities", "application/x-ndjson", new StringContent(string.Join('\n', places.Select((place, i) =>
                string.Create(CultureInfo.InvariantCulture, $$"""{"external_id":"{{i}}","category":"pharmacy","name_zh":"药店{{i}}","lon":{{place.Lon}},"lat":{{place.Lat}}}""")))));
            return town;
        }
        catch
        {
            await town.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks from every door, one after the other. Returns the milliseconds in order.</summary>
    public async Task<double[]> AskAsync(IReadOnlyList<(double Lon, double Lat)> doors)
    {
        await Eventually.IsTrueAsync(async () => { try { return (await TotalAsync(doors[0])).Milliseconds > 0; } catch (HttpRequestException) { return false; } }, "streets are loaded", 60);
        foreach (var door in doors.Take(doors.Count / 2)) await TotalAsync(door); // warm
        var answers = new List<(double Milliseconds, int Total)>();
        foreach (var door in doors) answers.Add(await TotalAsync(door));
        _found = answers.Average(answer => answer.Total);
        return [.. answers.Select(answer => answer.Milliseconds).Order()];
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_app is not null) await _app.DisposeAsync();
        await _servers.DisposeAsync();
    }

    private async Task<(double Milliseconds, int Total)> TotalAsync((double Lon, double Lat) door)
    {
        var watch = Stopwatch.StartNew();
        var answer = await _client!.GetByteArrayAsync(new Uri(string.Create(
            CultureInfo.InvariantCulture, $"/facilities/v1/reach?lon={door.Lon}&lat={door.Lat}&minutes=15&profile=elderly"), UriKind.Relative));
        var milliseconds = watch.Elapsed.TotalMilliseconds;
        return (milliseconds, JsonSerializer.Deserialize<JsonElement>(answer).GetProperty("total").GetInt32());
    }

    private async Task ImportAsync(string kind, string mediaType, HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        using var accepted = await _client!.PostAsync(new Uri($"/facilities/v1/imports?kind={kind}&source=bench", UriKind.Relative), content);
        content.Dispose();
        var import = JsonSerializer.Deserialize<JsonElement>(await accepted.Content.ReadAsStringAsync());
        await Eventually.IsTrueAsync(async () =>
        {
            import = JsonSerializer.Deserialize<JsonElement>(await _client.GetStringAsync(accepted.Headers.Location));
            return import.TryGetProperty("finished_at", out _);
        }, $"{kind} are imported", 300);
        if (import.GetProperty("state").GetString() != "done") throw new InvalidOperationException($"{kind}: {import}");
    }

    private static string Division(WalkingNetwork network)
    {
        const double margin = 0.01;
        var (west, east) = ((network.Edges.PointLon.Min() * WalkingNetwork.Unit) - margin, (network.Edges.PointLon.Max() * WalkingNetwork.Unit) + margin);
        var (south, north) = ((network.Edges.PointLat.Min() * WalkingNetwork.Unit) - margin, (network.Edges.PointLat.Max() * WalkingNetwork.Unit) + margin);
        return string.Create(CultureInfo.InvariantCulture, $$$"""
            {"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"410603","name_zh":"山城区","valid_from":"2000-01-01"},
            "geometry":{"type":"Polygon","coordinates":[[[{{{west}}},{{{south}}}],[{{{east}}},{{{south}}}],[{{{east}}},{{{north}}}],[{{{west}}},{{{north}}}],[{{{west}}},{{{south}}}]]]}}]}
            """);
    }

    private sealed class TownApp(TestServers servers) : ServiceApp<global::Program, FacilitiesDbContext>(servers, "facilities")
    {
        // No quotas here, and a log as in production.
        protected override IEnumerable<KeyValuePair<string, string>> Settings => [new("environment", "Production")];
    }
}

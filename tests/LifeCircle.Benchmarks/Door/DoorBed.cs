using System.Text.Json;
using LifeCircle.Testing;

namespace LifeCircle.Benchmarks.Door;

/// <summary>Facilities and the gateway with a district of many facilities.</summary>
internal sealed class DoorBed : IAsyncDisposable
{
    public const int Facilities = 20_000;

    /// <summary>All ids but the last twelve digits, which count from 1.</summary>
    public const string IdPrefix = "00000000-0000-7000-8000-";

    private readonly PublishedServices _services;

    private DoorBed(PublishedServices services) => _services = services;

    public Uri Service => _services.Address;

    public Uri Gateway { get; } = PublishedServices.FreeAddress();

    /// <summary>Lives ten minutes, as those of the district do; ask for it anew for every round.</summary>
    public string Token => _services.Tokens.Create(new TestToken { Scopes = ["facilities.read", "facilities.write", "facilities.import"] });

    /// <summary>The database under the service's own role.</summary>
    public string Database => _services.Database;

    /// <summary>CPU that the service and the gateway have used so far.</summary>
    public TimeSpan Cpu => _services.Cpu;

    public static async Task<DoorBed> CreateAsync()
    {
        var bed = new DoorBed(await PublishedServices.StartAsync("facilities"));
        try
        {
            await bed._services.StartAsync("gateway", bed.Gateway,
                ("services__facilities__http__0", bed.Service.ToString()),
                ("services__operators__http__0", bed.Service.ToString()), // nobody asks it
                ("services__venues__http__0", bed.Service.ToString()), // nor this
                ("Gateway__Lanes__default__PerSecond", "1000000"),
                ("Gateway__Lanes__default__Burst", "1000000"));
            await bed.FillAsync();
            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    public Task SqlAsync(string sql) => _services.SqlAsync(sql);

    public Task<T> QueryAsync<T>(string sql) => _services.QueryAsync<T>(sql);

    public Task<JsonElement> SendAsync(HttpMethod method, string path, string? body = null, string mediaType = "application/json") =>
        _services.SendAsync(method, path, Token, body, mediaType);

    public Task QuietAsync() => _services.QuietAsync();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task FillAsync()
    {
        const string box = """{"type":"Polygon","coordinates":[[[114.10,35.84],[114.26,35.84],[114.26,35.96],[114.10,35.96],[114.10,35.84]]]}""";
        var import = await SendAsync(HttpMethod.Post, "/facilities/v1/imports?kind=divisions&source=map",
            $$$"""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"410603","name_zh":"山城区","valid_from":"2000-01-01"},"geometry":{{{box}}}}]}""",
            "application/geo+json");
        var id = import.GetProperty("id").GetString();
        await Eventually.IsTrueAsync(
            async () => (await SendAsync(HttpMethod.Get, $"/facilities/v1/imports/{id}")).TryGetProperty("finished_at", out _), "the import ends", 60);
        await WriteScript.KeepSampleAsync(this);
        var columns = string.Join(", ", await WriteScript.ColumnsAsync(this, "facility", except: "id"));
        await SqlAsync($"""
            INSERT INTO facility (id, {columns})
            SELECT ('{IdPrefix}' || lpad(n::text, 12, '0'))::uuid, {columns} FROM facility, generate_series(1, {Facilities}) AS n;
            INSERT INTO peer.facility (id, {columns}) SELECT id, {columns} FROM facility;
            """);
        await SqlAsync("VACUUM ANALYZE");
    }
}

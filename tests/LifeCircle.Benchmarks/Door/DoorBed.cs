using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LifeCircle.Testing;

namespace LifeCircle.Benchmarks.Door;

/// <summary>Facilities and the gateway as processes of their own, published and set as in production, with a district of many facilities.</summary>
internal sealed class DoorBed : IAsyncDisposable
{
    public const int Facilities = 20_000;

    /// <summary>All ids but the last twelve digits, which count from 1.</summary>
    public const string IdPrefix = "00000000-0000-7000-8000-";

    private const string Role = "facilities";

    private readonly TestServers _servers = new();
    private readonly List<Process> _processes = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler(), disposeHandler: true);
    private TestDatabase? _database;
    private TestBroker? _broker;

    public Uri Service { get; } = FreeAddress();

    public Uri Gateway { get; } = FreeAddress();

    /// <summary>Lives ten minutes, as those of the district do; ask for it anew for every round.</summary>
    public string Token => _servers.Tokens.Create(new TestToken { Scopes = ["facilities.read", "facilities.write", "facilities.import"] });

    /// <summary>The database under the service's own role.</summary>
    public string Database => _database!.ConnectionStringOf(Role);

    public static async Task<DoorBed> CreateAsync()
    {
        var bed = new DoorBed();
        try
        {
            await bed.StartAsync();
            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    /// <summary>CPU that the service and the gateway have used so far.</summary>
    public TimeSpan Cpu => _processes.Aggregate(TimeSpan.Zero, (sum, process) =>
    {
        process.Refresh();
        return sum + process.TotalProcessorTime;
    });

    public Task SqlAsync(string sql) => _database!.ExecuteAsync(sql);

    public Task<T> QueryAsync<T>(string sql) => _database!.QueryAsync<T>(sql);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string? body = null, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(method, new Uri(Service, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (method == HttpMethod.Post) request.Headers.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(mediaType));
        using var response = await _http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(answer)
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {answer}");
    }

    /// <summary>Waits until every event is published and consumed, so that no side works off what the other has left.</summary>
    public async Task QuietAsync()
    {
        var (before, since) = (-1L, Stopwatch.StartNew());
        await Eventually.IsTrueAsync(async () =>
        {
            var now = await QueryAsync<long>("SELECT (SELECT count(*) FROM inbox_message) + 1000000000 * (SELECT count(*) FROM outbox_message)");
            if (now != before || now >= 1_000_000_000) since.Restart();
            before = now;
            return since.Elapsed > TimeSpan.FromSeconds(1);
        }, "every event is published and consumed", 300);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        _http.Dispose();
        if (_database is not null) await _database.DisposeAsync();
        if (_broker is not null) await _broker.DisposeAsync();
        await _servers.DisposeAsync();
    }

    private async Task StartAsync()
    {
        await RunAsync("bash", [Repository.PathOf("deploy/publish.sh")], []);
        await _servers.InitializeAsync();
        _broker = await TestBroker.CreateAsync(_servers);
        _database = await TestDatabase.CreateAsync(_servers);
        var common = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ConnectionStrings__messaging"] = _broker.Address.ToString(),
            ["ConnectionStrings__cache"] = _servers.Cache,
            ["Authentication__Issuer"] = TestTokens.Issuer,
            ["Authentication__KeysAddress"] = await _servers.Tokens.KeysAddressAsync(),
        };
        await RunAsync("dotnet", [ProgramOf("Facilities"), "migrate"], new(common)
        {
            ["ConnectionStrings__facilitiesdb"] = _database.ConnectionString,
            ["Database__Role"] = Role,
            ["Database__RolePassword"] = TestDatabase.RolePassword,
        });
        await StartAsync("Facilities", Service, new(common) { ["ConnectionStrings__facilitiesdb"] = Database });
        await StartAsync("Gateway", Gateway, new(common)
        {
            ["services__facilities__http__0"] = Service.ToString(),
            ["services__operators__http__0"] = Service.ToString(), // nobody asks it
            ["Gateway__Lanes__default__PerSecond"] = "1000000",
            ["Gateway__Lanes__default__Burst"] = "1000000",
        });
        await FillAsync();
    }

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

    private async Task StartAsync(string service, Uri address, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", [ProgramOf(service)])
        {
            WorkingDirectory = Path.GetDirectoryName(ProgramOf(service)),
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        var process = Process.Start(start)!;
        _processes.Add(process);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith("fail:", StringComparison.Ordinal) ?? false) Console.WriteLine($"  {service}: {line.Data}");
        };
        process.BeginOutputReadLine();
        await Eventually.IsTrueAsync(async () => process.HasExited ? throw new InvalidOperationException($"{service} does not start.") : await IsReadyAsync(address), $"{service} is ready");
        Console.WriteLine($"{service} is process {process.Id} at {address}");
    }

    private async Task<bool> IsReadyAsync(Uri address)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(address, "/health/ready"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task RunAsync(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with code {process.ExitCode}.");
    }

    private static string ProgramOf(string service) => Repository.PathOf($"artifacts/published/LifeCircle.{service}/LifeCircle.{service}.dll");

    private static Uri FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}"));
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LifeCircle.Testing;

namespace LifeCircle.Benchmarks;

/// <summary>Services as processes of their own, published and set as in production, on a database and a virtual host of the benchmark's own.</summary>
internal sealed class PublishedServices : IAsyncDisposable
{
    private readonly TestServers _servers = new();
    private readonly List<Process> _processes = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler(), disposeHandler: true);
    private readonly string _service;
    private TestDatabase? _database;
    private TestBroker? _broker;

    /// <param name="service">Whose database and address it has, e.g. <c>facilities</c>.</param>
    private PublishedServices(string service) => _service = service;

    /// <summary>Of the service.</summary>
    public Uri Address { get; } = FreeAddress();

    public TestTokens Tokens => _servers.Tokens;

    public TestBroker Broker => _broker!;

    /// <summary>The database under the service's own role.</summary>
    public string Database => _database!.ConnectionStringOf(_service);

    /// <summary>CPU that all services have used so far.</summary>
    public TimeSpan Cpu => _processes.Aggregate(TimeSpan.Zero, (sum, process) =>
    {
        process.Refresh();
        return sum + process.TotalProcessorTime;
    });

    /// <summary>Publishes all, starts servers, migrates the service's database and starts the service.</summary>
    /// <param name="service">Its name, e.g. <c>facilities</c>.</param>
    /// <param name="more">Settings beyond those that every service needs.</param>
    public static async Task<PublishedServices> StartAsync(string service, params (string Name, string Value)[] more)
    {
        var bed = new PublishedServices(service);
        try
        {
            await RunAsync("bash", [Repository.PathOf("deploy/publish.sh")], []);
            await bed._servers.InitializeAsync();
            bed._broker = await TestBroker.CreateAsync(bed._servers);
            bed._database = await TestDatabase.CreateAsync(bed._servers);
            var connection = $"ConnectionStrings__{service}db";
            await RunAsync("dotnet", [ProgramOf(service), "migrate"], new(await bed.CommonAsync(more))
            {
                [connection] = bed._database.ConnectionString,
                ["Database__Role"] = service,
                ["Database__RolePassword"] = TestDatabase.RolePassword,
            });
            await bed.StartAsync(service, bed.Address, [.. more, (connection, bed.Database)]);
            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    public Task SqlAsync(string sql) => _database!.ExecuteAsync(sql);

    public Task<T> QueryAsync<T>(string sql) => _database!.QueryAsync<T>(sql);

    /// <summary>Asks the service; the answer must be a good one.</summary>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string token, string? body = null, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (method == HttpMethod.Post) request.Headers.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(mediaType));
        using var response = await _http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(answer)
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {answer}");
    }

    /// <summary>
    /// Waits until nothing moves any more: every event that is due and that somebody wants is published and consumed, so that no side works off what the other has
    /// left.
    /// </summary>
    public async Task QuietAsync()
    {
        var (before, since) = (-1L, Stopwatch.StartNew());
        await Eventually.IsTrueAsync(async () =>
        {
            var now = await QueryAsync<long>("""
                SELECT (SELECT count(*) FROM inbox_message) + 1000000000 * (SELECT count(*) FROM outbox_message WHERE not_before IS NULL OR not_before < now())
                """);
            if (now != before) since.Restart();
            before = now;
            return since.Elapsed > TimeSpan.FromSeconds(1);
        }, "every event is published and consumed", 300);
    }

    /// <summary>Starts another service beside it.</summary>
    public async Task StartAsync(string service, Uri address, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [ProgramOf(service)])
        {
            WorkingDirectory = Path.GetDirectoryName(ProgramOf(service)),
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in await CommonAsync(settings)) start.Environment[name] = value;
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

    public static Uri FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}"));
    }

    private async Task<Dictionary<string, string>> CommonAsync(IEnumerable<(string Name, string Value)> more)
    {
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ConnectionStrings__messaging"] = _broker!.Address.ToString(),
            ["ConnectionStrings__cache"] = _servers.Cache,
            ["Authentication__Issuer"] = TestTokens.Issuer,
            ["Authentication__KeysAddress"] = await _servers.Tokens.KeysAddressAsync(),
        };
        foreach (var (name, value) in more) settings[name] = value;
        return settings;
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

    private static string ProgramOf(string service)
    {
        var project = $"LifeCircle.{char.ToUpperInvariant(service[0])}{service[1..]}";
        return Repository.PathOf($"artifacts/published/{project}/{project}.dll");
    }
}

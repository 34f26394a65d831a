using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LifeCircle.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace LifeCircle.Benchmarks.Webhooks;

/// <summary>The Operators service as a process of its own, and receivers of its webhooks: every path of one local server is one.</summary>
internal sealed class WebhooksBed : IAsyncDisposable
{
    private const string Role = "operators";
    private const int PerOwner = 50;
    private static readonly string[] Types = ["facility.opened.v1"];

    private readonly TestServers _servers = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler(), disposeHandler: true);
    private readonly WebApplication _receivers;
    private TestDatabase? _database;
    private TestBroker? _broker;
    private IChannel? _channel;
    private Process? _service;
    private long _received;

    private WebhooksBed()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _receivers = builder.Build();
        _receivers.Urls.Add("http://127.0.0.1:0");
        _receivers.Run(TakeAsync);
    }

    /// <summary>Posts that living receivers have had.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>A living receiver that is nobody's webhook.</summary>
    public Uri Plain => new($"{_receivers.Urls.Single()}/living/plain");

    /// <summary>CPU that the service has used so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _service!.Refresh();
            return _service.TotalProcessorTime;
        }
    }

    public static async Task<WebhooksBed> CreateAsync(int living, int dead)
    {
        var bed = new WebhooksBed();
        try
        {
            await bed.StartAsync();
            await Parallel.ForEachAsync(Enumerable.Range(0, living + dead), new ParallelOptions { MaxDegreeOfParallelism = 8 },
                async (number, _) => await bed.SubscribeAsync(number, number >= living));
            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends events as the broker does.</summary>
    public async Task PublishAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (id, facility) = (Guid.CreateVersion7(), Guid.CreateVersion7());
            var envelope = Encoding.UTF8.GetBytes($$"""
                {"messageId":"{{id}}","messageType":["urn:message:LifeCircle.Contracts.Facilities:FacilityOpened"],"message":{"facilityId":"{{facility}}",
                "version":1,"category":"wet_market","divisionCode":"410603001001","at":"2026-03-10T10:00:00+08:00"},
                "sentTime":"{{TimeProvider.System.GetUtcNow().UtcDateTime:O}}","headers":{"aggregate-id":"{{facility}}"} }
                """);
            await _channel!.BasicPublishAsync("LifeCircle.Contracts.Facilities:FacilityOpened", "", true,
                new BasicProperties { ContentType = "application/vnd.masstransit+json", MessageId = id.ToString() }, envelope);
        }
    }

    /// <summary>Waits until the living have had so many posts since a count.</summary>
    public Task HaveAsync(long since, long count) => Eventually.IsTrueAsync(() => Task.FromResult(Received - since >= count), $"{count} posts have come", 300);

    public Task<T> QueryAsync<T>(string sql) => _database!.QueryAsync<T>(sql);

    public async ValueTask DisposeAsync()
    {
        if (_service is { HasExited: false }) _service.Kill();
        _service?.Dispose();
        if (_channel is not null) await _channel.DisposeAsync();
        if (_broker is not null) await _broker.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _receivers.StopAsync(now.Token);
        await _receivers.DisposeAsync();
        await _servers.DisposeAsync();
        _http.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/dead")) await Task.Delay(Timeout.Infinite, context.RequestAborted);
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        Interlocked.Increment(ref _received);
    }

    private async Task StartAsync()
    {
        await _servers.InitializeAsync();
        await _receivers.StartAsync();
        _database = await TestDatabase.CreateAsync(_servers);
        _broker = await TestBroker.CreateAsync(_servers);
        var address = FreeAddress();
        _http.BaseAddress = address;
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development", // or nothing would be posted to this machine
            ["ASPNETCORE_URLS"] = address.ToString(),
            ["Logging__LogLevel__Default"] = "Warning",
            ["ConnectionStrings__messaging"] = _broker.Address.ToString(),
            ["ConnectionStrings__cache"] = _servers.Cache,
            ["Authentication__Issuer"] = TestTokens.Issuer,
            ["Authentication__KeysAddress"] = await _servers.Tokens.KeysAddressAsync(),
            ["Operators__KeyEncryptionKey"] = Convert.ToBase64String(new byte[32]),
            ["Privacy__Keys__k1"] = Convert.ToBase64String([.. Enumerable.Repeat((byte)1, 32)]),
            ["Privacy__CurrentKey"] = "k1",
            ["Privacy__BlindIndexKey"] = Convert.ToBase64String([.. Enumerable.Repeat((byte)2, 32)]),
            ["Audit__CheckpointKey"] = Convert.ToBase64String([.. Enumerable.Repeat((byte)3, 32)]),
        };
        using (var migration = Start("migrate", new(environment)
        {
            ["ConnectionStrings__operatorsdb"] = _database.ConnectionString,
            ["Database__Role"] = Role,
            ["Database__RolePassword"] = TestDatabase.RolePassword,
        }))
        {
            await migration.WaitForExitAsync();
            if (migration.ExitCode != 0) throw new InvalidOperationException($"The migration ended with code {migration.ExitCode}.");
        }
        _service = Start(null, new(environment) { ["ConnectionStrings__operatorsdb"] = _database.ConnectionStringOf(Role) });
        await _broker.ConsumersAsync("operators-webhooks", 1);
        await Eventually.IsTrueAsync(IsReadyAsync, "the service is ready");
        _channel = await _broker.OpenChannelAsync();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static Process Start(string? verb, Dictionary<string, string> environment)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "LifeCircle.Operators.dll");
        var start = new ProcessStartInfo("dotnet", verb is null ? [program] : [program, verb]) { WorkingDirectory = AppContext.BaseDirectory };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    // As every client that has a token is in the register.
    private Task<int> RegisterAsync(string client) => _database!.ExecuteAsync($"""
        INSERT INTO client (id, client_id, permissions, environment) VALUES ('{Guid.CreateVersion7()}', '{client}',
          '["scp:webhooks.manage", "scp:facilities.read"]', 'production') ON CONFLICT (client_id) DO NOTHING
        """);

    // Half of the dead accept and never answer, the others refuse.
    private async Task SubscribeAsync(int number, bool isDead)
    {
        var url = !isDead ? $"{_receivers.Urls.Single()}/living/{number}" : number % 2 == 0 ? $"{_receivers.Urls.Single()}/dead/{number}" : $"http://127.0.0.1:1/{number}";
        var owner = $"owner-{number / PerOwner}";
        await RegisterAsync(owner);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/operators/v1/webhooks", UriKind.Relative));
        request.Content = new StringContent(JsonSerializer.Serialize(new { url, event_types = Types }), Encoding.UTF8, "application/json");
        request.Headers.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _servers.Tokens.Create(new TestToken
        {
            ClientId = owner,
            Scopes = ["webhooks.manage", "facilities.read"],
        }));
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    private static Uri FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return new Uri(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}"));
    }
}

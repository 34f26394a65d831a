using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace LifeCircle.Gateway.Tests.Bed;

/// <summary>The gateway by the real clock before stand-ins of the services, with quotas that only tests of quotas reach.</summary>
public class GatewayApp(TestServers servers) : ServiceApp<Program>(servers)
{
    public StandIn Facilities { get; private set; } = null!;

    public StandIn Operators { get; private set; } = null!;

    public StandIn Venues { get; private set; } = null!;

    protected override IEnumerable<KeyValuePair<string, string>> Settings =>
    [
        new("services:facilities:http:0", Facilities.Address.ToString()),
        new("services:operators:http:0", Operators.Address.ToString()),
        new("services:venues:http:0", Venues.Address.ToString()),
        .. Lane("default", 100_000, 100_000),
        .. Lane("tokens", 100_000, 100_000),
    ];

    public override async ValueTask InitializeAsync()
    {
        Facilities = await StandIn.StartAsync("facilities");
        Operators = await StandIn.StartAsync("operators");
        Venues = await StandIn.StartAsync("venues");
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Facilities.DisposeAsync();
        await Operators.DisposeAsync();
        await Venues.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Settings of a lane whose anonymous quota is the same.</summary>
    public static KeyValuePair<string, string>[] Lane(string name, int perSecond, int burst) =>
    [
        new($"Gateway:Lanes:{name}:PerSecond", $"{perSecond}"), new($"Gateway:Lanes:{name}:Burst", $"{burst}"),
        new($"Gateway:Lanes:{name}:AnonymousPerSecond", $"{perSecond}"), new($"Gateway:Lanes:{name}:AnonymousBurst", $"{burst}"),
    ];

    public async Task<HttpResponseMessage> GetAsync(string path, Uri? at = null, string? language = null, TestToken? token = null)
    {
        using var http = Client(token, at);
        if (language is not null) http.DefaultRequestHeaders.Add("Accept-Language", language);
        return await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
    }

    /// <summary>Sends bytes as they are, and reads until the gateway closes the connection or has answered.</summary>
    public async Task<string> RawAsync(string request, Uri? at = null)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync("127.0.0.1", (at ?? Address).Port, TestContext.Current.CancellationToken);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(patience.Token);
    }

    /// <summary>Whether Redis has a key now.</summary>
    public async Task<bool> CacheHasAsync(string key)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Servers.Cache);
        return await redis.GetDatabase().KeyExistsAsync(key);
    }

    public static async Task<(string? Code, string? Title)> ProblemOf(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal((int)answer.StatusCode, problem.RootElement.GetProperty("status").GetInt32());
        return (problem.RootElement.GetProperty("code").GetString(), problem.RootElement.GetProperty("title").GetString());
    }

    protected override void Configure(IServiceCollection services) => services.AddSingleton(TimeProvider.System);
}

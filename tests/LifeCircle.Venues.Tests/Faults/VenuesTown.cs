using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Tests.Faults;

/// <summary>Venues as a district has it: two replicas as processes of their own behind the gateway, by the real clock.</summary>
public sealed class VenuesTown(TestServers servers) : VenuesApp(servers)
{
    private readonly Uri[] _addresses = [ServiceProcess.FreeAddress(), ServiceProcess.FreeAddress()];
    private readonly ServiceProcess?[] _replicas = new ServiceProcess?[2];
    private ServiceProcess? _gateway;

    public ServiceProcess Gateway => _gateway!;

    public IReadOnlyList<ServiceProcess> Replicas => _replicas!;

    /// <summary>The beginning of a day in the district, so many from now.</summary>
    public DateTimeOffset Day(int ahead) => DistrictDay.Begins(DistrictDay.Of(Clock.Now).AddDays(ahead));

    /// <summary>Through the gateway.</summary>
    public override HttpClient District() => At(Gateway.Address);

    /// <summary>A client of the whole district, for as long as a test may take.</summary>
    public HttpClient At(Uri address) => Client(new TestToken { Scopes = AllScopes.Split(' '), Lifetime = TimeSpan.FromMinutes(30) }, address);

    public override async ValueTask InitializeAsync()
    {
        Clock.Advance(TimeProvider.System.GetUtcNow() - Clock.Now);
        await base.InitializeAsync();
        await StopReplicaAsync(); // the one in this process, whose clock stands still
        await Task.WhenAll(StartAsync(0), StartAsync(1));
        _gateway = await ServiceProcess.StartAsync(GatewayProgram, ServiceProcess.FreeAddress(),
        [
            new("ConnectionStrings:cache", Servers.Cache), new("Authentication:Issuer", TestTokens.Issuer), new("Authentication:KeysAddress", await Servers.Tokens.KeysAddressAsync()),
            new("services:venues:http:0", $"{_addresses[0]}"), new("services:venues:http:1", $"{_addresses[1]}"),
            new("Gateway:Lanes:default:PerSecond", "100000"), new("Gateway:Lanes:default:Burst", "100000"),
        ]);
    }

    /// <summary>Starts a replica, once more at its own address if it has ended.</summary>
    public async Task StartAsync(int replica)
    {
        if (_replicas[replica] is { } ended) await ended.DisposeAsync();
        _replicas[replica] = null;
        _replicas[replica] = await StartProcessAsync(_addresses[replica]);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var process in (ServiceProcess?[])[_gateway, .. _replicas])
            if (process is not null) await process.DisposeAsync();
        await base.DisposeAsync();
    }

    // Built with these tests, in the configuration that they run in.
    private static string GatewayProgram
    {
        get
        {
            var build = AppContext.BaseDirectory.TrimEnd('/').Split('/')[^2..];
            return Repository.PathOf($"src/LifeCircle.Gateway/bin/{build[0]}/{build[1]}/LifeCircle.Gateway.dll");
        }
    }
}

using System.Net.Http.Headers;
using System.Reflection;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Xunit;

namespace LifeCircle.Testing;

/// <summary>A service as it runs in the district: its own program on Kestrel. Derive one a test project, and use it as class fixture.</summary>
public abstract class ServiceApp<TProgram>(TestServers servers) : IAsyncLifetime where TProgram : class
{
    // Whoever answers 500 says why: a test that meets one cannot be understood otherwise.
    private const string Failures = "LifeCircle.ServiceDefaults.ExceptionAnswers";

    private readonly List<Replica> _replicas = [];

    public TestServers Servers { get; } = servers;

    public TestClock Clock { get; } = new();

    /// <summary>The first replica's address.</summary>
    public Uri Address => _replicas[0].Address;

    /// <summary>The first replica's services.</summary>
    public IServiceProvider Services => _replicas[0].Services;

    /// <summary>Settings beyond those that every service needs, or in their place.</summary>
    protected virtual IEnumerable<KeyValuePair<string, string>> Settings => [];

    public virtual async ValueTask InitializeAsync() => await StartReplicaAsync();

    /// <summary>Replaces or adds services of every replica.</summary>
    protected virtual void Configure(IServiceCollection services) { }

    /// <summary>Starts another process of the service, as far as anybody outside can tell. Returns its address.</summary>
    /// <param name="more">Settings of this replica alone; they win.</param>
    public async Task<Uri> StartReplicaAsync(params IEnumerable<KeyValuePair<string, string>> more)
    {
        var replica = new Replica(await SettingsAsync(more), services =>
        {
            services.AddSingleton<TimeProvider>(Clock);
            Configure(services);
        });
        _replicas.Add(replica);
        replica.UseKestrel(0);
        replica.StartServer();
        return replica.Address;
    }

    /// <summary>Starts a replica as a process of its own, by the real clock and as in production. Returns when it is ready.</summary>
    /// <param name="address">Where it listens.</param>
    /// <param name="more">Settings of this replica alone; they win.</param>
    public async Task<ServiceProcess> StartProcessAsync(Uri address, params IEnumerable<KeyValuePair<string, string>> more) =>
        await ServiceProcess.StartAsync(typeof(TProgram).Assembly.Location, address, await SettingsAsync(more));

    /// <summary>
    /// What a replica that does not start ends with. The program runs by itself: a factory of hosts looks into one that has failed, and may
    /// find it disposed before it sees why.
    /// </summary>
    /// <param name="more">Settings of this replica alone; they win.</param>
    public async Task<Exception> RefusedStartAsync(params IEnumerable<KeyValuePair<string, string>> more)
    {
        var settings = await SettingsAsync([new("urls", "http://127.0.0.1:0"), new("Logging:LogLevel:Default", "None"), .. more]);
        var failure = await Record.ExceptionAsync(() => RunProgramAsync(settings).WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.True(failure is not null and not TimeoutException, "The replica started.");
        return failure;
    }

    /// <summary>Stops the first replica as a deployment does; the next one becomes the first.</summary>
    public async Task StopReplicaAsync()
    {
        var replica = _replicas[0];
        _replicas.RemoveAt(0);
        await EndAsync(replica);
    }

    /// <summary>A client with these scopes for the whole district.</summary>
    public HttpClient Client(params string[] scopes) => Client(new TestToken { Scopes = scopes });

    /// <summary>A client with this token; null: without any.</summary>
    /// <param name="token">Whose.</param>
    /// <param name="address">Which replica; the first if not given.</param>
    public HttpClient Client(TestToken? token, Uri? address = null)
    {
        var client = new HttpClient(new NewIdempotencyKeys { InnerHandler = new SocketsHttpHandler() }, disposeHandler: true) { BaseAddress = address ?? Address };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Servers.Tokens.Create(token));
        return client;
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas) await EndAsync(replica);
        GC.SuppressFinalize(this);
    }

    private static async Task EndAsync(Replica replica)
    {
        try
        {
            await replica.DisposeAsync();
        }
        catch (ObjectDisposedException)
        {
            // The service's program has seen the stop, and ended and disposed its host before the factory had gone through it.
        }
    }

    /// <summary>The service's program with a command line. Returns its exit code, or throws what it ended with.</summary>
    /// <param name="settings">As words of the command line.</param>
    /// <param name="verb">If it is not to serve.</param>
    private protected static Task<int> RunProgramAsync(Dictionary<string, string> settings, params string[] verb)
    {
        string[] args = [.. verb, .. settings.Select(setting => $"--{setting.Key}={setting.Value}")];
        return Task.Run(() => (int)typeof(TProgram).Assembly.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [args], null)!);
    }

    private async Task<Dictionary<string, string>> SettingsAsync(IEnumerable<KeyValuePair<string, string>> more)
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:cache"] = Servers.Cache,
            ["Authentication:Issuer"] = TestTokens.Issuer,
            ["Authentication:KeysAddress"] = await Servers.Tokens.KeysAddressAsync(),
        };
        foreach (var (name, value) in TestKeys.Settings.Concat(OwnServers).Concat(Settings).Concat(more)) settings[name] = value;
        return settings;
    }

    /// <summary>Settings that name what the test has made for the service.</summary>
    private protected virtual IEnumerable<KeyValuePair<string, string>> OwnServers => [];

    private sealed class Replica(Dictionary<string, string> settings, Action<IServiceCollection> configure) : WebApplicationFactory<TProgram>
    {
        public Uri Address => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            foreach (var (name, value) in settings) builder.UseSetting(name, value);
            builder.UseContentRoot(AppContext.BaseDirectory);
            builder.ConfigureServices(configure);
            builder.ConfigureLogging(logging =>
            {
                if (Environment.GetEnvironmentVariable("TESTS_LOG") is null) logging.AddFilter<ConsoleLoggerProvider>((category, level) => category == Failures && level >= LogLevel.Error);
            });
        }
    }
}

/// <summary>A service with its own migrated database under its own role, and its own virtual host.</summary>
public abstract class ServiceApp<TProgram, TContext>(TestServers servers, string service) : ServiceApp<TProgram>(servers)
    where TProgram : class
    where TContext : DbContext
{
    public TestDatabase Database { get; private set; } = null!;

    public TestBroker Broker { get; private set; } = null!;

    private protected override IEnumerable<KeyValuePair<string, string>> OwnServers =>
    [
        new($"ConnectionStrings:{service}db", Database.ConnectionStringOf(service)),
        new("ConnectionStrings:messaging", Broker.Address.ToString()),
    ];

    public override async ValueTask InitializeAsync()
    {
        var version = typeof(TProgram).Module.ModuleVersionId.ToString("n")[..12];
        Database = await TestDatabase.CopyAsync(Servers, $"template_{service}_{version}", MigrateAsync);
        Broker = await TestBroker.CreateAsync(Servers);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Database is not null) await Database.DisposeAsync();
        if (Broker is not null) await Broker.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The verb that prepares a database in the district, too. Returns when it has ended well.</summary>
    /// <param name="ownersConnectionString">The database.</param>
    protected async Task MigrateAsync(string ownersConnectionString)
    {
        var settings = new Dictionary<string, string>
        {
            [$"ConnectionStrings:{service}db"] = ownersConnectionString,
            ["ConnectionStrings:messaging"] = Servers.Messaging.ToString(),
            ["Authentication:Issuer"] = TestTokens.Issuer,
            ["Database:Role"] = service,
            ["Database:RolePassword"] = TestDatabase.RolePassword,
            ["Logging:LogLevel:Default"] = "Warning",
        };
        foreach (var (name, value) in Settings) settings[name] = value;
        var code = await RunProgramAsync(settings, "migrate");
        Assert.True(code == 0, $"The migration of {service} ended with code {code}.");
    }
}

/// <summary>Gives every POST a key of its own unless the test has given it one.</summary>
internal sealed class NewIdempotencyKeys : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Post && !request.Headers.Contains(Idempotency.Header))
            request.Headers.Add(Idempotency.Header, Guid.CreateVersion7().ToString());
        return base.SendAsync(request, cancellationToken);
    }
}

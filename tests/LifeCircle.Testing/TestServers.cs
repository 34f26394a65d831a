using Aspire.Hosting;
using Npgsql;
using Xunit;

namespace LifeCircle.Testing;

/// <summary>
/// Real PostgreSQL with PostGIS, RabbitMQ and Redis: those that the environment names, else containers where a container runtime answers,
/// else the installed servers on private ports and folders. One for a test project: <c>[assembly: AssemblyFixture(typeof(TestServers))]</c>.
/// </summary>
public sealed class TestServers : IAsyncLifetime
{
    private const string PostgresVariable = "ConnectionStrings__postgres";
    private const string MessagingVariable = "ConnectionStrings__messaging";
    private const string ManagementVariable = "RABBITMQ_MANAGEMENT_URL";
    private const string CacheVariable = "ConnectionStrings__cache";

    private IAsyncDisposable? _own;

    /// <summary>Connection string of the superuser.</summary>
    public string Postgres => Environment[PostgresVariable];

    /// <summary><c>amqp://user:password@host:port</c>, without a virtual host.</summary>
    public Uri Messaging => new(Environment[MessagingVariable]);

    /// <summary>RabbitMQ's HTTP API, with user and password.</summary>
    public Uri Management => new(Environment[ManagementVariable]);

    /// <summary>Redis, as StackExchange.Redis reads it.</summary>
    public string Cache => Environment[CacheVariable];

    /// <summary>Signs access tokens in the place of the Operators service.</summary>
    public TestTokens Tokens { get; } = new();

    /// <summary>The variables by which another process finds the same servers.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    public async ValueTask InitializeAsync()
    {
        string[] variables = [PostgresVariable, MessagingVariable, ManagementVariable, CacheVariable];
        var given = variables.Select(System.Environment.GetEnvironmentVariable).ToArray();
        if (given.All(value => !string.IsNullOrEmpty(value)))
            Environment = variables.Zip(given).ToDictionary(pair => pair.First, pair => pair.Second!);
        else if (ContainerServers.IsRuntimePresent)
            await StartContainersAsync();
        else
            await StartInstalledAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Tokens.DisposeAsync();
        if (_own is not null) await _own.DisposeAsync();
    }

    private async Task StartContainersAsync()
    {
        var containers = new ContainerServers();
        _own = containers;
        await containers.StartAsync();
        Use(containers.Postgres, containers.Messaging, containers.Management, containers.Cache);
    }

    private async Task StartInstalledAsync()
    {
        var builder = DistributedApplication.CreateBuilder(["--no-fsync"]);
        builder.AddPostgres("postgres");
        builder.AddRabbitMQ("messaging").WithManagementPlugin();
        builder.AddRedis("cache");
        var application = builder.Build();
        _own = application;
        await application.StartAsync();
        var messaging = new Uri(await application.GetConnectionStringAsync("messaging"));
        var management = new UriBuilder(application.GetEndpoint("messaging", "management"))
        {
            UserName = messaging.UserInfo.Split(':')[0],
            Password = messaging.UserInfo.Split(':')[1],
        };
        Use(await application.GetConnectionStringAsync("postgres"), messaging, management.Uri, await application.GetConnectionStringAsync("cache"));
    }

    private void Use(string postgres, Uri messaging, Uri management, string cache) => Environment = new Dictionary<string, string>
    {
        [PostgresVariable] = postgres,
        [MessagingVariable] = messaging.ToString().TrimEnd('/'),
        [ManagementVariable] = management.ToString(),
        [CacheVariable] = cache,
    };
}

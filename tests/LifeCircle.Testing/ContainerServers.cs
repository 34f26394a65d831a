using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;
using Testcontainers.Redis;

namespace LifeCircle.Testing;

/// <summary>The servers as containers.</summary>
internal sealed class ContainerServers : IAsyncDisposable
{
    private const int ManagementPort = 15672;

    private readonly PostgreSqlContainer _postgres = new PostgreSqlBuilder("postgis/postgis:17-3.5")
        .WithCommand("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=300").Build();

    private readonly RabbitMqContainer _messaging =
        new RabbitMqBuilder("rabbitmq:4-management").WithUsername("guest").WithPortBinding(ManagementPort, assignRandomHostPort: true).Build();

    private readonly RedisContainer _cache = new RedisBuilder("redis:8").Build();

    /// <summary>A client program alone is no runtime: its socket must be there.</summary>
    public static bool IsRuntimePresent => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DOCKER_HOST"))
        || OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
        || File.Exists("/var/run/docker.sock") || File.Exists($"{Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")}/docker.sock");

    public string Postgres => _postgres.GetConnectionString();

    public Uri Messaging => new(_messaging.GetConnectionString());

    public Uri Management
    {
        get
        {
            var user = Messaging.UserInfo.Split(':');
            return new UriBuilder("http", _messaging.Hostname, _messaging.GetMappedPublicPort(ManagementPort)) { UserName = user[0], Password = user[1] }.Uri;
        }
    }

    public string Cache => _cache.GetConnectionString();

    public Task StartAsync() => Task.WhenAll(_postgres.StartAsync(), _messaging.StartAsync(), _cache.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        await _messaging.DisposeAsync();
        await _cache.DisposeAsync();
    }
}

using Aspire.Hosting;
using LifeCircle.Hosting.Processes.Running;
using Xunit;

namespace LifeCircle.Hosting.Processes.Tests.Servers;

public sealed class InstalledServersTests
{
    private readonly string _root = Town.NewFolder();

    [Fact]
    public async Task On_a_bare_machine_all_that_is_missing_is_said_at_once_with_the_command_that_installs_it()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddPostgres("postgres");
        builder.AddRabbitMQ("messaging");
        builder.AddRedis("cache");
        await using var town = builder.Build();
        town.Servers = new InstalledServers(_root, "/nowhere");

        var refusal = await Assert.ThrowsAsync<HostingException>(() => town.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(
            """
            postgres: PostgreSQL with PostGIS is not installed: sudo apt-get install --no-install-recommends postgresql postgresql-postgis
            messaging: RabbitMQ is not installed: sudo apt-get install --no-install-recommends rabbitmq-server
            cache: Redis is not installed: sudo apt-get install --no-install-recommends redis-server
            """, refusal.Message);
        Assert.False(Directory.Exists(town.DataFolderPath));
    }

    [Fact]
    public async Task A_PostgreSQL_without_PostGIS_is_not_enough()
    {
        Install("usr/lib/postgresql/15/bin/initdb", "usr/lib/postgresql/15/bin/postgres");
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddPostgres("postgres");
        await using var town = builder.Build();
        town.Servers = new InstalledServers(_root, "");
        var refusal = await Assert.ThrowsAsync<HostingException>(() => town.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            "postgres: PostGIS is not installed: sudo apt-get install --no-install-recommends postgresql-15-postgis-3", refusal.Message);

        Install("usr/share/postgresql/15/extension/postgis.control");
        Assert.Empty(town.Servers.Postgres() is { } binaries && town.Servers.HasPostGis(binaries) ? "" : "PostGIS not found");
    }

    [Fact]
    public void The_newest_PostgreSQL_is_taken_unless_the_data_need_another()
    {
        foreach (var major in (string[])["9.6", "15", "16"])
            Install($"usr/lib/postgresql/{major}/bin/initdb", $"usr/lib/postgresql/{major}/bin/postgres");
        Install("usr/lib/postgresql/17/bin/psql");
        var servers = new InstalledServers(_root, "");
        Assert.Equal(Path.Combine(_root, "usr/lib/postgresql/16/bin"), servers.Postgres());
        Assert.Equal(Path.Combine(_root, "usr/lib/postgresql/15/bin"), servers.Postgres("15"));
        Assert.Null(servers.Postgres("14"));
    }

    [Fact]
    public void Debians_wrapper_of_RabbitMQ_is_passed_over()
    {
        Install("usr/sbin/rabbitmq-server");
        var servers = new InstalledServers(_root, Path.Combine(_root, "usr/sbin"));
        Assert.Null(servers.RabbitMQ());
        Install("usr/lib/rabbitmq/lib/rabbitmq_server-3.10.8/sbin/rabbitmq-env",
            "usr/lib/rabbitmq/lib/rabbitmq_server-3.10.8/sbin/rabbitmq-server");
        Assert.Equal(Path.Combine(_root, "usr/lib/rabbitmq/lib/rabbitmq_server-3.10.8/sbin/rabbitmq-server"), servers.RabbitMQ());
    }

    private void Install(params string[] files)
    {
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, file))!);
            File.WriteAllText(Path.Combine(_root, file), "");
        }
    }
}

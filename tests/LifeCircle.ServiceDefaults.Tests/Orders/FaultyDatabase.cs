using Aspire.Hosting;
using Npgsql;

namespace LifeCircle.ServiceDefaults.Tests.Orders;

/// <summary>The made-up service on a PostgreSQL of its own, which can be killed, stopped and starved.</summary>
public sealed class FaultyDatabase(TestServers servers) : OrdersApp(servers)
{
    private const string Name = "ordersdb";

    private string _owner = "";

    public DistributedApplication Server { get; private set; } = null!;

    /// <summary>Of the replica on the faulty database.</summary>
    public HttpClient Faulty { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var builder = DistributedApplication.CreateBuilder([]); // with fsync: what is committed must survive a kill
        builder.AddPostgres("postgres").AddDatabase(Name);
        Server = builder.Build();
        await Server.StartAsync();
        _owner = (await Server.GetConnectionStringAsync(Name))!;
        Assert.Equal(0, await OrdersService.MigrateAsync(_owner, "--Database:Role=orders", "--Database:RolePassword=x"));

        var own = new NpgsqlConnectionStringBuilder(_owner) { Username = "orders", Password = "x", Timeout = 2, CommandTimeout = 2, CancellationTimeout = 500 };
        var address = await StartReplicaAsync([new("ConnectionStrings:ordersdb", own.ConnectionString)]);
        Faulty = Client(new TestToken { Scopes = ["orders.read", "orders.write"] }, address);
    }

    /// <summary>Changes the database for connections to come, and lets the service have no others.</summary>
    public async Task AlterAsync(string how)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_owner) { Database = "postgres" });
        await using var command = source.CreateCommand($"ALTER DATABASE {Name} {how}");
        await command.ExecuteNonQueryAsync();
        NpgsqlConnection.ClearAllPools();
    }

    public override async ValueTask DisposeAsync()
    {
        Faulty?.Dispose();
        await base.DisposeAsync();
        if (Server is not null) await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace LifeCircle.Messaging.Tests.Bed;

/// <summary>A database and a virtual host of its own, and any number of replicas of one service in them.</summary>
public sealed class Town : IAsyncDisposable
{
    private readonly List<IHost> _replicas = [];
    private readonly TestDatabase _database;
    private readonly TestBroker? _ownBroker;
    private IHost? _client;

    private Town(TestDatabase database, Uri broker, TestBroker? ownBroker) => (_database, Broker, _ownBroker) = (database, broker, ownBroker);

    public string Database => _database.ConnectionString;

    public Uri Broker { get; }

    /// <param name="broker">A broker of the test's own; else a fresh virtual host on the shared one.</param>
    public static async Task<Town> CreateAsync(Uri? broker = null)
    {
        var servers = await TestContext.Current.GetFixture<TestServers>() ?? throw new InvalidOperationException("TestServers is not an assembly fixture.");
        var ownBroker = broker is null ? await TestBroker.CreateAsync(servers) : null;
        var town = new Town(await TestDatabase.CreateAsync(servers), broker ?? ownBroker!.Address, ownBroker);
        town._client = Build(town.Database, town.Broker.ToString(), null, new DatabaseOnly());
        await using var db = town.OpenDatabase();
        await db.Database.EnsureCreatedAsync();
        return town;
    }

    /// <summary>A context with the interceptors of a service, in a process without relay and consumers.</summary>
    public OrdersContext OpenDatabase() => _client!.Services.CreateScope().ServiceProvider.GetRequiredService<OrdersContext>();

    public async Task PublishAsync(params OrderPlaced[] orders)
    {
        await using var db = OpenDatabase();
        foreach (var order in orders)
            db.Publish(order);
        await db.SaveChangesAsync();
    }

    public async Task<IHost> StartReplicaAsync(Action<MessagingBuilder>? consumers = null)
    {
        var host = Build(Database, Broker.ToString(), consumers);
        _replicas.Add(host);
        await host.StartAsync();
        return host;
    }

    public async Task StopAsync(IHost replica)
    {
        _replicas.Remove(replica);
        await replica.StopAsync();
        replica.Dispose();
    }

    public async Task StopReplicasAsync()
    {
        foreach (var replica in _replicas.ToList())
            await StopAsync(replica);
    }

    public static IHost Build(string database, string broker, Action<MessagingBuilder>? consumers, params object[] extras)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:messaging", broker)]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        if (Environment.GetEnvironmentVariable("MESSAGING_TESTS_LOG") is not null)
            builder.Logging.AddSimpleConsole(o => o.SingleLine = true);
        foreach (var interceptor in extras.OfType<IInterceptor>())
            builder.Services.AddSingleton(interceptor);
        foreach (var clock in extras.OfType<TimeProvider>())
            builder.Services.AddSingleton(clock);
        builder.AddMessaging<OrdersContext>("tests", consumers);
        builder.Services.AddDbContextPool<OrdersContext>((services, options) => options
            .UseNpgsql(database).AddInterceptors(services.GetServices<IInterceptor>()));
        if (extras.OfType<DatabaseOnly>().Any())
            builder.Services.RemoveAll<IHostedService>();
        return builder.Build();
    }

    public Task<int> SqlAsync(string sql) => _database.ExecuteAsync(sql);

    public Task<T> QueryAsync<T>(string sql) => _database.QueryAsync<T>(sql);

    public Task<long> CountAsync(string from) => _database.CountAsync(from);

    public async Task<List<Effect>> EffectsAsync()
    {
        await using var db = OpenDatabase();
        return await db.Effects.AsNoTracking().OrderBy(e => e.Id).ToListAsync();
    }

    public Task<long> QueueLengthAsync(string queue) => OwnBroker.QueueLengthAsync(queue);

    public Task ConsumersAsync(string queue, uint count) => OwnBroker.ConsumersAsync(queue, count);

    public Task SubscribersAsync<T>(int count) => OwnBroker.SubscribersAsync<T>(count);

    public Task<EventListener<T>> ListenAsync<T>() where T : class => OwnBroker.ListenAsync<T>();

    public Task CutConnectionsAsync() => OwnBroker.CutConnectionsAsync();

    public Task<IChannel> OpenChannelAsync() => OwnBroker.OpenChannelAsync();

    public async ValueTask DisposeAsync()
    {
        await StopReplicasAsync();
        _client?.Dispose();
        await _database.DisposeAsync();
        if (_ownBroker is not null)
            await _ownBroker.DisposeAsync();
    }

    private TestBroker OwnBroker => _ownBroker ?? throw new InvalidOperationException("The town is on a broker of the test's own.");

    private sealed class DatabaseOnly;
}

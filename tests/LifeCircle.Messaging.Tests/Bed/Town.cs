using System.Net.Http.Headers;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;

namespace LifeCircle.Messaging.Tests.Bed;

/// <summary>A database and a virtual host of its own, and any number of replicas of one service in them.</summary>
public sealed class Town : IAsyncDisposable
{
    private readonly List<IHost> _replicas = [];
    private readonly string _name;
    private readonly bool _ownVirtualHost;
    private IHost? _client;
    private IConnection? _connection;

    private Town(string name, string database, Uri broker, bool ownVirtualHost)
    {
        (_name, Database, Broker, _ownVirtualHost) = (name, database, broker, ownVirtualHost);
    }

    public string Database { get; }

    public Uri Broker { get; }

    /// <param name="broker">A broker of the test's own; else a fresh virtual host on the shared one.</param>
    public static async Task<Town> CreateAsync(Uri? broker = null)
    {
        var name = $"messaging_{Guid.CreateVersion7():n}";
        await SqlAsync(Setting("ConnectionStrings__postgres"), $"CREATE DATABASE {name}");
        var database = new NpgsqlConnectionStringBuilder(Setting("ConnectionStrings__postgres")) { Database = name, MaxPoolSize = 60, MaxAutoPrepare = 100 }.ConnectionString;
        if (broker is null)
        {
            await ManageAsync(HttpMethod.Put, $"vhosts/{name}", "{}");
            await ManageAsync(HttpMethod.Put, $"permissions/{name}/guest", """{"configure":".*","write":".*","read":".*"}""");
        }
        var town = new Town(name, database, broker ?? new Uri($"{Setting("ConnectionStrings__messaging")}/{name}"), broker is null);
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

    public Task<int> SqlAsync(string sql) => SqlAsync(Database, sql);

    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Database);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public Task<long> CountAsync(string from) => QueryAsync<long>($"SELECT count(*) FROM {from}");

    public async Task<List<Effect>> EffectsAsync()
    {
        await using var db = OpenDatabase();
        return await db.Effects.AsNoTracking().OrderBy(e => e.Id).ToListAsync();
    }

    /// <summary>Messages that wait in a queue; -1 if there is no such queue.</summary>
    public async Task<long> QueueLengthAsync(string queue)
    {
        await using var channel = await OpenChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == 404)
        {
            return -1;
        }
    }

    /// <summary>Waits until so many consumers have the queue, which is when it is bound to its exchange, too.</summary>
    public Task ConsumersAsync(string queue, uint count) => Eventually.IsTrueAsync(async () =>
    {
        if (await QueueLengthAsync(queue) < 0)
            return false;
        await using var channel = await OpenChannelAsync();
        return await channel.ConsumerCountAsync(queue) == count;
    }, $"{count} consumers of {queue}");

    public async Task<IChannel> OpenChannelAsync()
    {
        if (_connection is not { IsOpen: true })
            _connection = await new ConnectionFactory { Uri = Broker }.CreateConnectionAsync();
        return await _connection.CreateChannelAsync(new CreateChannelOptions(true, true));
    }

    public async ValueTask DisposeAsync()
    {
        await StopReplicasAsync();
        _client?.Dispose();
        if (_connection is not null)
            await _connection.DisposeAsync();
        await SqlAsync(Setting("ConnectionStrings__postgres"), $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        if (_ownVirtualHost)
            await ManageAsync(HttpMethod.Delete, $"vhosts/{_name}", null);
    }

    private static string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");

    private static async Task<int> SqlAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 120;
        return await command.ExecuteNonQueryAsync();
    }

    private static async Task ManageAsync(HttpMethod method, string path, string? body)
    {
        var management = new Uri(Setting("RABBITMQ_MANAGEMENT_URL"));
        using var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true);
        using var request = new HttpRequestMessage(method, new Uri(management, $"/api/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo))));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    private sealed class DatabaseOnly;
}

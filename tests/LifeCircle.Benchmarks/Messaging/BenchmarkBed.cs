using LifeCircle.Contracts;
using LifeCircle.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;

namespace LifeCircle.Benchmarks.Messaging;

public sealed record BenchmarkOrderPlaced(Guid Order, long Version, string Note, decimal Amount, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => Order;
    long IIntegrationEvent.AggregateVersion => Version;

    public static BenchmarkOrderPlaced Next() =>
        new(Guid.CreateVersion7(), 1, "two meals, delivered", 23.50m, TimeProvider.System.GetUtcNow());
}

public sealed class Order
{
    public required Guid Id { get; set; }
    public required string Note { get; set; }
    public required decimal Amount { get; set; }
    public required DateTimeOffset At { get; set; }
}

public sealed class Effect
{
    public required Guid Id { get; set; }
    public required Guid OrderId { get; set; }
    public required DateTimeOffset OrderedAt { get; set; }
}

public sealed class BenchmarkContext(DbContextOptions<BenchmarkContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddMessaging();
        modelBuilder.Entity<Order>().ToTable("order").Property(o => o.Id).ValueGeneratedNever();
        modelBuilder.Entity<Effect>().ToTable("effect").Property(o => o.Id).ValueGeneratedNever();
    }
}

/// <summary>The effect that is measured: one row, saved.</summary>
public sealed class BenchmarkOrderPlacedConsumer(BenchmarkContext db, Progress progress) : IConsumer<BenchmarkOrderPlaced>
{
    public async Task Consume(ConsumeContext<BenchmarkOrderPlaced> context)
    {
        db.Add(new Effect { Id = Guid.CreateVersion7(), OrderId = context.Message.Order, OrderedAt = context.Message.At });
        await db.SaveChangesAsync(context.CancellationToken);
        progress.Add(context.Message);
    }
}

/// <summary>For the bare MassTransit peer: no database at all.</summary>
public sealed class CountingConsumer(Progress progress) : IConsumer<BenchmarkOrderPlaced>
{
    public Task Consume(ConsumeContext<BenchmarkOrderPlaced> context)
    {
        progress.Add(context.Message);
        return Task.CompletedTask;
    }
}

/// <summary>Counts what arrived and lets the benchmark wait for the last.</summary>
public sealed class Progress
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _done = new();
    private int _left;

    public void Expect(int count)
    {
        lock (_gate)
        {
            _left = count;
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Add(BenchmarkOrderPlaced order)
    {
        lock (_gate)
        {
            if (--_left == 0)
                _done.SetResult();
        }
        _ = order;
    }

    public Task DoneAsync() => _done.Task.WaitAsync(TimeSpan.FromMinutes(5));
}

/// <summary>A database and a virtual host for one run.</summary>
public sealed class BenchmarkBed : IAsyncDisposable
{
    private readonly string _name = $"bench_{Guid.CreateVersion7():n}";
    private readonly Uri _management = new(Setting("RABBITMQ_MANAGEMENT_URL"));

    // One for all questions: connecting costs more than what is measured meanwhile.
    private NpgsqlDataSource? _source;

    public string Database { get; private set; } = "";

    public Uri Broker { get; private set; } = new("amqp://unknown");

    public Progress Progress { get; } = new();

    public static async Task<BenchmarkBed> CreateAsync()
    {
        var bed = new BenchmarkBed();
        await SqlAsync(Setting("ConnectionStrings__postgres"), $"CREATE DATABASE {bed._name}");
        bed.Database = new NpgsqlConnectionStringBuilder(Setting("ConnectionStrings__postgres")) { Database = bed._name, MaxPoolSize = 60, MaxAutoPrepare = 100, NoResetOnClose = true }.ConnectionString;
        bed._source = NpgsqlDataSource.Create(bed.Database);
        await bed.ManageAsync(HttpMethod.Put, $"vhosts/{bed._name}", "{}");
        await bed.ManageAsync(HttpMethod.Put, $"permissions/{bed._name}/guest", """{"configure":".*","write":".*","read":".*"}""");
        bed.Broker = new Uri($"{Setting("ConnectionStrings__messaging")}/{bed._name}");
        using var host = bed.Build(null, running: false);
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<BenchmarkContext>().Database.EnsureCreatedAsync();
        return bed;
    }

    public IHost Build(Action<MessagingBuilder>? consumers, bool running = true)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:messaging", Broker.ToString())]);
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(Progress);
        builder.AddMessaging<BenchmarkContext>("bench", consumers);
        AddDatabase(builder);
        if (!running)
            foreach (var hosted in builder.Services.Where(s => s.ServiceType == typeof(IHostedService)).ToList())
                builder.Services.Remove(hosted);
        return builder.Build();
    }

    public void AddDatabase(IHostApplicationBuilder builder) => builder.Services.AddDbContextPool<BenchmarkContext>((services, options) => options
        .UseNpgsql(Database).UseSnakeCaseNamingConvention().AddInterceptors(services.GetServices<IInterceptor>()));

    public Task SqlAsync(string sql) => SqlAsync(Database, sql);

    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var command = _source!.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = Broker }.CreateConnectionAsync();

    public async ValueTask DisposeAsync()
    {
        if (_source is not null) await _source.DisposeAsync();
        await SqlAsync(Setting("ConnectionStrings__postgres"), $"DROP DATABASE {_name} WITH (FORCE)");
        await ManageAsync(HttpMethod.Delete, $"vhosts/{_name}", null);
    }

    private static string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");

    private static async Task SqlAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync();
    }

    private async Task ManageAsync(HttpMethod method, string path, string? body)
    {
        using var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true);
        using var request = new HttpRequestMessage(method, new Uri(_management, $"/api/{path}"));
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(_management.UserInfo))));
        if (body is not null)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }
}

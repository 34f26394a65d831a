using System.Diagnostics;
using Aspire.Hosting;
using LifeCircle.Messaging.Tests.Bed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LifeCircle.Messaging.Tests.Outbox;

/// <summary>A broker of the test's own, which is killed, stopped and alarmed.</summary>
public sealed class BrokerFaultTests : IAsyncLifetime
{
    private const string Messaging = "messaging";
    private DistributedApplication _application = null!;
    private Town _town = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddRabbitMQ(Messaging);
        _application = builder.Build();
        await _application.StartAsync(Ct);
        _town = await Town.CreateAsync(new Uri(await _application.GetConnectionStringAsync(Messaging, Ct)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_town is not null)
            await _town.DisposeAsync();
        await _application.DisposeAsync();
    }

    [SlowFact]
    public async Task Every_order_committed_while_the_broker_is_killed_and_away_has_exactly_one_effect()
    {
        await _town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        await _town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        var orders = Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7()).ToList();
        var slowest = TimeSpan.Zero;
        var publishing = Parallel.ForEachAsync(orders, Ct, async (order, _) =>
        {
            for (var version = 1; version <= 50; version++)
            {
                var watch = Stopwatch.StartNew();
                await _town.PublishAsync(new OrderPlaced(order, version));
                lock (orders)
                    slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
            }
        });
        await Eventually.IsTrueAsync(async () => await _town.CountAsync("effect") > 50, "traffic flows");

        await _application.KillAsync(Messaging);
        await publishing;
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(2)); // nobody waited for the broker
        Assert.True(await _town.CountAsync("outbox_message") > 0, "The broker was not away long enough to be missed.");
        Assert.Equal(0L, await _town.CountAsync("outbox_message WHERE attempts > 0"));
        await _application.RestartAsync(Messaging);

        await Eventually.IsAsync(1_000L, () => _town.CountAsync("effect"), 90);
        foreach (var order in (await _town.EffectsAsync()).GroupBy(e => e.Order))
            Assert.Equal(Enumerable.Range(1, 50).Select(v => (long)v), order.Select(e => e.Version));
    }

    [SlowFact]
    public async Task Publishing_gives_up_within_five_seconds_on_a_stopped_broker_and_goes_on_when_it_wakes()
    {
        await _town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        await _town.PublishAsync(new OrderPlaced(Guid.CreateVersion7(), 1));
        await Eventually.IsAsync(1L, () => _town.CountAsync("effect"));

        await _application.PauseAsync(Messaging);
        using var warnings = new Listening();
        using (new Activity("request").Start()) // what belongs to no trace has no span
            await _town.PublishAsync(new OrderPlaced(Guid.CreateVersion7(), 1));
        var gaveUp = Stopwatch.StartNew();
        await Eventually.IsTrueAsync(() => Task.FromResult(warnings.Unanswered > 0), "a publish gave up", 10);
        Assert.InRange(gaveUp.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(7));
        await _application.ResumeAsync(Messaging);

        await Eventually.IsAsync(2L, () => _town.CountAsync("effect"), 60);
        await Eventually.IsAsync(0L, () => _town.CountAsync("outbox_message"));
    }

    [Fact]
    public async Task A_service_starts_is_ready_and_keeps_its_events_without_a_broker()
    {
        await _application.KillAsync(Messaging);
        var watch = Stopwatch.StartNew();

        var replica = await _town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        var health = await replica.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains("ready"), Ct);
        Assert.Empty(health.Entries);
        await _town.PublishAsync(new OrderPlaced(Guid.CreateVersion7(), 1));
        await _application.RestartAsync(Messaging);
        await Eventually.IsAsync(1L, () => _town.CountAsync("effect"), 60);
    }

    /// <summary>Counts publish spans that ended in failure.</summary>
    private sealed class Listening : IDisposable
    {
        private readonly ActivityListener _listener;
        private int _unanswered;

        public Listening()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == MessagingTelemetry.Name,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity => _unanswered += activity.Status == ActivityStatusCode.Error ? 1 : 0,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public int Unanswered => _unanswered;

        public void Dispose() => _listener.Dispose();
    }
}

using LifeCircle.Contracts;
using LifeCircle.Contracts.Facilities;

namespace LifeCircle.Operators.Tests.Webhooks.Sending;

public sealed class OrderTests(TestServers servers) : IAsyncLifetime
{
    private static readonly string[] Types = ["facility.opened.v1", "facility.closed.v1", "facility.reopened.v1"];

    private readonly WebhooksApp _app = new(servers);

    public async ValueTask InitializeAsync() => await _app.InitializeAsync();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Events_of_a_subject_arrive_in_their_order_from_two_replicas_to_a_receiver_of_uneven_speed()
    {
        await _app.StartReplicaAsync();
        _app.Receiver.On("/ordered", context => Task.Delay(Random.Shared.Next(40), context.RequestAborted));
        await _app.CreateAsync("/ordered", Types, ordered: true);
        var facilities = Enumerable.Range(0, 6).Select(_ => Guid.CreateVersion7()).ToArray();

        await _app.PublishAsync(from version in Enumerable.Range(1, 20) from facility in facilities select Event(facility, version));

        var received = await _app.Receiver.HasAsync("/ordered", 120, seconds: 60);
        foreach (var subject in received.GroupBy(one => one.Data.GetProperty("facility_id").GetGuid()))
            Assert.Equal(Enumerable.Range(1, 20).Select(version => (long)version), subject.Select(one => one.Version));
    }

    [Fact]
    public async Task None_overtakes_one_of_its_subject_that_could_not_be_delivered()
    {
        var (stuck, free) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        _app.Receiver.On("/ordered", context =>
        {
            var now = _app.Receiver.At("/ordered");
            context.Response.StatusCode = now.Length == 1 ? 500 : 200;
            return Task.CompletedTask;
        });
        var webhook = await _app.CreateAsync("/ordered", Types, ordered: true);
        await _app.PublishAsync(Event(stuck, 1));
        await _app.Receiver.HasAsync("/ordered", 1);
        await Eventually.IsAsync(1L, () => _app.Database.CountAsync("webhook_subscription WHERE failing_since IS NOT NULL"));
        await _app.PublishAsync(Event(stuck, 2), Event(stuck, 3), Event(free, 1));
        await _app.HeardAsync();
        Assert.Single(_app.Receiver.At("/ordered"));

        _app.Clock.Advance(TimeSpan.FromSeconds(6));
        await webhook.HasAsync(4, "delivered");

        var received = _app.Receiver.At("/ordered")[1..];
        Assert.Equal([1L, 2, 3], received.Where(one => one.Data.GetProperty("facility_id").GetGuid() == stuck).Select(one => one.Version));
    }

    [Fact]
    public async Task A_receiver_that_does_not_ask_for_order_gets_several_at_a_time_once_it_is_seen_to_be_quick()
    {
        var (now, most) = (0, 0);
        _app.Receiver.On("/quick", async context =>
        {
            var underWay = Interlocked.Increment(ref now);
            most = Math.Max(most, underWay);
            await Task.Delay(20, context.RequestAborted);
            Interlocked.Decrement(ref now);
        });
        await _app.CreateAsync("/quick", Types);
        var facility = Guid.CreateVersion7();

        await _app.PublishAsync(Enumerable.Range(1, 100).Select(version => Event(facility, version)));

        await _app.Receiver.HasAsync("/quick", 100);
        Assert.InRange(most, 2, 8);
    }

    private IIntegrationEvent Event(Guid facility, int version) => (version % 3) switch
    {
        0 => _app.Closed(facility, version),
        1 => _app.Opened(facility, version),
        _ => new FacilityReopened(facility, version, "wet_market", "410603001", null, _app.Clock.Now),
    };
}

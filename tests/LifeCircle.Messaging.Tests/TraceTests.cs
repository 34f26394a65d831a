using System.Collections.Concurrent;
using System.Diagnostics;
using LifeCircle.Messaging.Tests.Bed;

namespace LifeCircle.Messaging.Tests;

public sealed class TraceTests
{
    [Fact]
    public async Task One_request_is_one_trace_through_outbox_broker_and_consumers()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is MessagingTelemetry.Name or "MassTransit" or "tests",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("tests");
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>().AddConsumer<OrderConfirmedConsumer>());
        await town.ConsumersAsync("tests-order-confirmed", 1);

        string trace;
        using (var request = source.StartActivity("POST /orders"))
        {
            trace = request!.TraceId.ToString();
            await town.PublishAsync(new OrderPlaced(Guid.CreateVersion7(), 1, OrderPlacedConsumer.Answered));
        }

        await Eventually.IsAsync(2L, () => town.CountAsync("effect"));
        await town.StopReplicasAsync();
        Assert.All(await town.EffectsAsync(), effect => Assert.Equal(trace, effect.TraceId));
        var own = spans.Where(s => s.TraceId.ToString() == trace).ToList();
        Assert.Equal(2, own.Count(s => s is { Source.Name: MessagingTelemetry.Name, Kind: ActivityKind.Producer }));
        Assert.Equal(2, own.Count(s => s.OperationName.EndsWith(" receive", StringComparison.Ordinal)));
        Assert.Equal(2, own.Count(s => s.OperationName.EndsWith(" process", StringComparison.Ordinal)));
        foreach (var receive in own.Where(s => s.OperationName.EndsWith(" receive", StringComparison.Ordinal)))
            Assert.Contains(own, s => s.SpanId == receive.ParentSpanId && s.Kind == ActivityKind.Producer);
    }

    [Fact]
    public async Task A_trace_goes_on_where_nobody_records_it()
    {
        await using var town = await Town.CreateAsync();
        await town.StartReplicaAsync(c => c.AddConsumer<OrderPlacedConsumer>());
        using var request = new Activity("POST /orders").Start();

        await town.PublishAsync(new OrderPlaced(Guid.CreateVersion7(), 1));

        await Eventually.IsAsync(1L, () => town.CountAsync("effect"));
        Assert.Equal(request.TraceId.ToString(), Assert.Single(await town.EffectsAsync()).TraceId);
    }
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport;

namespace LifeCircle.Messaging.Inbox;

/// <summary>
/// One queue's way in. Messages are dealt to a few lanes by aggregate; each lane handles its messages one after the other, and
/// all that came in while it was busy together, in one transaction. So a quiet lane handles a message at once, and a busy one
/// pays for a commit once in many messages.
/// </summary>
internal sealed class InboxEndpoint
{
    /// <summary>Messages of an aggregate share a lane. More lanes than this gain nothing where a commit takes well under a millisecond.</summary>
    private const int Lanes = 4;

    // By channel, not by consumer tag: MassTransit keeps its tag when it reconnects, while the delivery tags begin anew.
    private readonly ConditionalWeakTable<ChannelContext, DeliveryOrder> _orders = [];
    private readonly InboxLane[] _lanes;

    public InboxEndpoint(string queue, InboxHandling handling) =>
        _lanes = [.. Enumerable.Range(0, Lanes).Select(_ => new InboxLane(queue, handling))];

    public void Arrive(InboxDelivery delivery, ReceiveContext context)
    {
        var (channel, tag) = PlaceOf(context);
        OrderOf(channel).Arrive(tag, delivery);
    }

    public void Leave(ReceiveContext context)
    {
        var (channel, tag) = PlaceOf(context);
        OrderOf(channel).Leave(tag);
    }

    private DeliveryOrder OrderOf(ChannelContext channel) => _orders.GetValue(channel, _ => new DeliveryOrder(Pass));

    private static (ChannelContext Channel, ulong Tag) PlaceOf(ReceiveContext context) =>
        (context.GetPayload<ChannelContext>(), context.GetPayload<RabbitMqBasicConsumeContext>().DeliveryTag);

    private void Pass(InboxDelivery delivery) =>
        _lanes[(delivery.AggregateId.GetHashCode() & int.MaxValue) % Lanes].Add(delivery);
}

internal sealed class InboxLane(string queue, InboxHandling handling)
{
    /// <summary>Messages of one transaction at most: what has to be done again when one of them fails.</summary>
    private const int LargestBatch = 64;

    // Between two small batches, because a commit costs the same for one message as for ten. A lane at rest does not wait.
    private static readonly Breath Breath = new(shareOfWork: 0.5);

    private readonly Lock _gate = new();
    private readonly Queue<InboxDelivery> _waiting = new();
    private bool _running;

    public void Add(InboxDelivery delivery)
    {
        lock (_gate)
        {
            _waiting.Enqueue(delivery);
            if (_running)
                return;
            _running = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = RunAsync(), null); // Unsafe: the lane does not belong to the first message's trace.
    }

    private async Task RunAsync()
    {
        while (Take() is { Count: > 0 } batch)
        {
            var began = Stopwatch.GetTimestamp();
            await batch[0].WithinAsync(() => handling.HandleAsync(queue, batch));
            if (batch.Count < LargestBatch / 4)
                await Task.Delay(Breath.After(Stopwatch.GetElapsedTime(began)));
        }
    }

    private List<InboxDelivery> Take()
    {
        lock (_gate)
        {
            var batch = new List<InboxDelivery>(Math.Min(_waiting.Count, LargestBatch));
            while (batch.Count < LargestBatch && _waiting.TryDequeue(out var delivery))
                batch.Add(delivery);
            _running = batch.Count > 0;
            return batch;
        }
    }
}

using System.Diagnostics;
using MassTransit;

namespace LifeCircle.Messaging.Inbox;

/// <summary>Stands before the consumers of an endpoint and hands each message to the inbox.</summary>
internal sealed class InboxFilter<T>(InboxEndpoint endpoint) : IFilter<ConsumeContext<T>> where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        using var carrier = Continue(context);
        var delivery = new InboxDelivery(context, scope => next.Send(new InboxConsumeContext<T>(context, scope)));
        endpoint.Arrive(delivery, context.ReceiveContext);
        if (!await delivery.Completion)
            await context.NotifyConsumed(context, TimeSpan.Zero, "inbox"); // else MassTransit would move it to the _skipped queue
    }

    // MassTransit continues a trace only where somebody records it; logs and further events are to name it anyway.
    private static Activity? Continue(ConsumeContext context) =>
        Activity.Current is null && context.ReceiveContext.TransportHeaders.Get<string>("traceparent") is { } traceparent
            ? new Activity("consume").SetParentId(traceparent).Start()
            : null;

    public void Probe(ProbeContext context) => context.CreateFilterScope("inbox");
}

/// <summary>Sees every delivery end, also those that never reach the inbox because they could not even be read.</summary>
internal sealed class DeliveryFilter(InboxEndpoint endpoint) : IFilter<ReceiveContext>
{
    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        try
        {
            await next.Send(context);
        }
        finally
        {
            endpoint.Leave(context);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("delivery order");
}

using LifeCircle.Contracts;
using LifeCircle.Operators.Webhooks.Deliveries;
using MassTransit;

namespace LifeCircle.Operators.Webhooks.Events;

/// <summary>Writes an event down for the webhooks that subscribe to it. All types do the same, so this is the consumer of each.</summary>
internal sealed class WebhookConsumer<TEvent>(OperatorsDbContext db, TimeProvider clock) : IConsumer<TEvent>
    where TEvent : class, IIntegrationEvent
{
    public Task Consume(ConsumeContext<TEvent> context)
    {
        var type = EventCatalogue.Of<TEvent>();
        return FanOut.WriteAsync(db, type.Name, type.Tell(context.Message), clock.GetUtcNow(), context.CancellationToken);
    }
}

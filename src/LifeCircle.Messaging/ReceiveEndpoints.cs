using LifeCircle.Messaging.Inbox;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Messaging;

/// <summary>Turns the subscriptions of a service into queues.</summary>
internal static class ReceiveEndpoints
{
    /// <summary>Messages handed to a replica ahead of their handling: enough for full batches in all lanes, little enough to hold in memory.</summary>
    private const ushort Prefetch = 256;

    /// <summary>
    /// High, because it counts for every message in the prefetch of a process that dies, not only for the guilty one (which the
    /// inbox finds out much earlier). It is the last resort, and even then the message goes to the error queue.
    /// </summary>
    private const int DeliveryLimit = 200;

    public static void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, string service, MessagingBuilder consumers)
    {
        rabbit.SendTopology.ConfigureErrorSettings = PlainQuorumQueue;
        rabbit.SendTopology.ConfigureDeadLetterSettings = PlainQuorumQueue;
        rabbit.Publish<Contracts.IIntegrationEvent>(topology => topology.Exclude = true);
        var handling = context.GetRequiredService<InboxHandling>();
        foreach (var subscribers in consumers.Subscriptions.GroupBy(s => (Queue: s.Queue ?? KebabCaseEndpointNameFormatter.Instance.SanitizeName(s.Event.Name), s.Delivery)))
        {
            var (name, delivery) = subscribers.Key;
            var queue = $"{service}-{name}";
            if (delivery == Delivery.EveryReplica)
                AddReplicaEndpoint(context, rabbit, queue, subscribers);
            else
                AddEndpoint(context, rabbit, queue, [.. subscribers], handling, inOrder: delivery == Delivery.InOrder);
        }
    }

    private static void AddEndpoint(
        IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, string queue,
        IReadOnlyCollection<MessagingBuilder.Subscription> subscribers, InboxHandling handling, bool inOrder)
    {
        rabbit.ReceiveEndpoint(queue, endpoint =>
        {
            endpoint.SetQuorumQueue();
            endpoint.SetQueueArgument("x-delivery-limit", DeliveryLimit);
            endpoint.BindDeadLetterQueue($"{queue}_error", $"{queue}_error", dead => dead.SetQuorumQueue());
            // One replica at a time has the queue, the next takes over when it goes: that keeps the order of an aggregate's events.
            endpoint.SingleActiveConsumer = inOrder;
            endpoint.PrefetchCount = Prefetch;
            endpoint.PublishFaults = false;
            var inbox = new InboxEndpoint(queue, handling);
            endpoint.ConfigureReceive(receive => receive.UseFilter(new DeliveryFilter(inbox)));
            foreach (var first in subscribers.DistinctBy(subscriber => subscriber.Event))
                first.AddInbox(endpoint, inbox); // once before all consumers of the event: they commit together
            foreach (var subscriber in subscribers)
                endpoint.ConfigureConsumer(context, subscriber.Consumer);
        });
    }

    private static void AddReplicaEndpoint(
        IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, string queue, IEnumerable<MessagingBuilder.Subscription> subscribers)
    {
        rabbit.ReceiveEndpoint($"{queue}-replica-{Guid.CreateVersion7():n}", endpoint =>
        {
            // Not "exclusive": after a broken connection the broker would refuse the reconnect until it has noticed the break.
            endpoint.Durable = false;
            endpoint.AutoDelete = true;
            endpoint.QueueExpiration = TimeSpan.FromMinutes(2);
            endpoint.PrefetchCount = 16;
            endpoint.PublishFaults = false;
            endpoint.DiscardFaultedMessages(); // What a replica could not use is of no use to anybody; MassTransit logs it.
            endpoint.DiscardSkippedMessages();
            foreach (var subscriber in subscribers)
                endpoint.ConfigureConsumer(context, subscriber.Consumer);
        });
    }

    // MassTransit gives the _error and _skipped queues all arguments of their queue; they need only the type.
    private static void PlainQuorumQueue(IRabbitMqQueueBindingConfigurator queue)
    {
        queue.SetQueueArgument("x-delivery-limit", null!);
        queue.SetQueueArgument("x-dead-letter-exchange", null!);
        queue.SetQueueArgument("x-single-active-consumer", null!);
    }
}

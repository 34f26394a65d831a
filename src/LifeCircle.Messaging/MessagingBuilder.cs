using LifeCircle.Contracts;
using LifeCircle.Messaging.Inbox;
using MassTransit;
using MassTransit.Configuration;

namespace LifeCircle.Messaging;

/// <summary>What a service listens to.</summary>
public sealed class MessagingBuilder
{
    private readonly IBusRegistrationConfigurator _registration;

    internal MessagingBuilder(IBusRegistrationConfigurator registration) => _registration = registration;

    internal List<Subscription> Subscriptions { get; } = [];

    /// <summary>
    /// Each event is handled once by the service, whichever replica gets it. The handler's changes and the note that the event
    /// was handled commit together; a handler that throws is tried again on a fresh DbContext, then the message is put aside
    /// in <c>queue_error</c>. A consumer does not go on after a failed save or statement: the transaction, which it may share with other
    /// messages, is lost. What may exist already is written with ON CONFLICT.
    /// </summary>
    /// <typeparam name="TConsumer">Consumes one event type and is named after it.</typeparam>
    /// <param name="inOrder">
    /// True: the events of an aggregate are handled in their order, which lets one replica at a time have the queue. False: all
    /// replicas share the queue and an event may overtake another. To change it for an existing queue, delete the empty queue.
    /// </param>
    public MessagingBuilder AddConsumer<TConsumer>(bool inOrder = true) where TConsumer : class, IConsumer =>
        Add<TConsumer>(inOrder ? Delivery.InOrder : Delivery.Shared, queue: null);

    /// <summary>
    /// As <see cref="AddConsumer{TConsumer}"/> in order, with other events in one queue: so those of an aggregate keep their order also where
    /// they are of several types. The queue stands beside those that the events may have of their own.
    /// </summary>
    /// <typeparam name="TConsumer">Consumes one event type.</typeparam>
    /// <param name="queue">Name of the queue behind the service's; the same for all events that are to keep their order.</param>
    public MessagingBuilder AddConsumerTo<TConsumer>(string queue) where TConsumer : class, IConsumer => Add<TConsumer>(Delivery.InOrder, queue);

    /// <summary>
    /// Every replica that runs at the time hears each event, over a queue of its own that ends with it. There is no inbox and no
    /// transaction: for refreshing what a replica keeps in memory.
    /// </summary>
    /// <typeparam name="TConsumer">Consumes one event type.</typeparam>
    public MessagingBuilder AddReplicaConsumer<TConsumer>() where TConsumer : class, IConsumer => Add<TConsumer>(Delivery.EveryReplica, queue: null);

    private MessagingBuilder Add<TConsumer>(Delivery delivery, string? queue) where TConsumer : class, IConsumer
    {
        var events = typeof(TConsumer).GetInterfaces()
            .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConsumer<>))
            .Select(i => i.GetGenericArguments()[0]).ToList();
        if (events is not [var consumed] || !consumed.IsAssignableTo(typeof(IIntegrationEvent)))
            throw new ArgumentException($"{typeof(TConsumer).Name} must consume exactly one integration event.");
        if (queue is null && Subscriptions.Exists(s => s.Event == consumed && s.Queue is null && s.Delivery != delivery && s.Delivery != Delivery.EveryReplica && delivery != Delivery.EveryReplica))
            throw new ArgumentException($"{consumed.Name} has one queue in this service; it cannot be both in order and shared.");
        _registration.AddConsumer<TConsumer>();
        var type = typeof(Subscription<>).MakeGenericType(consumed);
        Subscriptions.Add((Subscription)Activator.CreateInstance(type, typeof(TConsumer), delivery, queue)!);
        return this;
    }

    /// <param name="Consumer">The consumer.</param>
    /// <param name="Event">What it consumes.</param>
    /// <param name="Delivery">To whom an event goes.</param>
    /// <param name="Queue">Shared with other events; null for one of the event's own.</param>
    internal abstract record Subscription(Type Consumer, Type Event, Delivery Delivery, string? Queue)
    {
        public abstract void AddInbox(IReceiveEndpointConfigurator endpoint, InboxEndpoint inbox);
    }

    private sealed record Subscription<T>(Type Consumer, Delivery Delivery, string? Queue)
        : Subscription(Consumer, typeof(T), Delivery, Queue) where T : class
    {
        public override void AddInbox(IReceiveEndpointConfigurator endpoint, InboxEndpoint inbox) =>
            endpoint.AddPipeSpecification(new FilterPipeSpecification<ConsumeContext<T>>(new InboxFilter<T>(inbox)));
    }
}

internal enum Delivery
{
    InOrder,
    Shared,
    EveryReplica,
}

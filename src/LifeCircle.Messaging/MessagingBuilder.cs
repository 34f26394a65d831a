using LifeCircle.Contracts;
using MassTransit;

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
    /// in <c>queue_error</c>.
    /// </summary>
    /// <typeparam name="TConsumer">Consumes one event type and is named after it.</typeparam>
    public MessagingBuilder AddConsumer<TConsumer>() where TConsumer : class, IConsumer => Add<TConsumer>(everyReplica: false);

    /// <summary>
    /// Every replica that runs at the time hears each event, over a queue of its own that ends with it. There is no inbox and no
    /// transaction: for refreshing what a replica keeps in memory.
    /// </summary>
    /// <typeparam name="TConsumer">Consumes one event type.</typeparam>
    public MessagingBuilder AddReplicaConsumer<TConsumer>() where TConsumer : class, IConsumer => Add<TConsumer>(everyReplica: true);

    private MessagingBuilder Add<TConsumer>(bool everyReplica) where TConsumer : class, IConsumer
    {
        var events = typeof(TConsumer).GetInterfaces()
            .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConsumer<>))
            .Select(i => i.GetGenericArguments()[0]).ToList();
        if (events is not [var consumed] || !consumed.IsAssignableTo(typeof(IIntegrationEvent)))
            throw new ArgumentException($"{typeof(TConsumer).Name} must consume exactly one integration event: every event has its own queue.");
        _registration.AddConsumer<TConsumer>();
        Subscriptions.Add(new(typeof(TConsumer), consumed, everyReplica));
        return this;
    }

    internal sealed record Subscription(Type Consumer, Type Event, bool EveryReplica);
}

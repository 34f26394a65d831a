using LifeCircle.Messaging.Inbox;
using LifeCircle.Messaging.Outbox;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace LifeCircle.Messaging;

public static class MessagingRegistration
{
    /// <summary>
    /// Connects a service to the others: outbox and relay, timers, inbox and consumers, over the RabbitMQ of the connection
    /// string <c>messaging</c> and the tables that <see cref="MessagingModel.AddMessaging"/> maps into its own database. The
    /// DbContext must be registered with every <see cref="IInterceptor"/> of the container.
    /// </summary>
    /// <param name="builder">The host. It starts, and is ready, whether or not the broker can be reached.</param>
    /// <param name="service">Short name of the service; its queues begin with it.</param>
    /// <param name="configure">Adds the consumers.</param>
    public static IHostApplicationBuilder AddMessaging<TDbContext>(
        this IHostApplicationBuilder builder, string service, Action<MessagingBuilder>? configure = null) where TDbContext : DbContext
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new MessagingConnection(service, new Uri(
            provider.GetRequiredService<IConfiguration>().GetConnectionString("messaging")
            ?? throw new InvalidOperationException("The connection string \"messaging\" is missing: amqp://user:password@host:port/vhost"))));

        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<IInterceptor, OutboxInterceptor>();
        services.AddSingleton(provider => new OutboxSession(provider.GetRequiredService<IServiceScopeFactory>(), typeof(TDbContext)));
        services.AddSingleton<BrokerPublisher>();
        services.AddSingleton<OutboxSender>();
        services.AddHostedService<OutboxRelay>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<InboxHandling>(provider, typeof(TDbContext)));
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<InboxCleanup>(provider, typeof(TDbContext)));

        services.Configure<MassTransitHostOptions>(host =>
        {
            host.WaitUntilStarted = false;
            host.ConsumerStopTimeout = TimeSpan.FromSeconds(10);
            host.StopTimeout = TimeSpan.FromSeconds(15);
        });

        services.AddMassTransit(bus =>
        {
            // The broker's state is worth seeing, but a service without it still answers and keeps its events: not "ready".
            bus.ConfigureHealthCheckOptions(health =>
            {
                health.Tags.Add("messaging");
                health.MinimalFailureStatus = HealthStatus.Degraded;
            });
            var consumers = new MessagingBuilder(bus);
            configure?.Invoke(consumers);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                var broker = context.GetRequiredService<MessagingConnection>();
                rabbit.Host(broker.Address.Host, broker.Port, broker.VirtualHost, host =>
                {
                    host.Username(broker.User);
                    host.Password(broker.Password);
                    host.Heartbeat(MessagingConnection.Heartbeat);
                    host.RequestedConnectionTimeout(MessagingConnection.ConnectTimeout);
                    host.ConnectionName($"{service} consumers");
                    if (broker.IsTls)
                        host.UseSsl(tls => tls.ServerName = broker.Address.Host);
                });
                ReceiveEndpoints.Configure(context, rabbit, service, consumers);
            });
        });
        services.AddHostedService(provider => provider.GetRequiredService<InboxHandling>()); // after the bus, so that it stops before
        return builder;
    }
}

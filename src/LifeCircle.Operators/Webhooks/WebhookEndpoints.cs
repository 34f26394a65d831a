using System.Net;
using LifeCircle.Messaging;
using LifeCircle.Operators.Webhooks.Deliveries;
using LifeCircle.Operators.Webhooks.Events;
using LifeCircle.Operators.Webhooks.Owners;
using LifeCircle.Operators.Webhooks.Posting;
using LifeCircle.Operators.Webhooks.Sending;
using LifeCircle.Operators.Webhooks.Subscriptions;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LifeCircle.Operators.Webhooks;

public static class WebhookEndpoints
{
    private const string Root = "/operators/v1/webhooks";

    internal static string PathOf(Guid id) => $"{Root}/{id}";

    internal static MessagingBuilder AddWebhooks(this MessagingBuilder consumers)
    {
        foreach (var type in EventCatalogue.All) type.AddConsumer(consumers);
        return consumers;
    }

    internal static void AddWebhooks(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<WebhookOptions>().BindConfiguration("Webhooks")
            .Validate(options => options.IsValid, "Webhooks: every value is positive, and a lease lasts more than 3 seconds longer than a receiver may take to answer.")
            .ValidateOnStart();
        services.AddSingleton<DispatchSignal>();
        services.AddSingleton<IInterceptor>(provider => provider.GetRequiredService<DispatchSignal>());
        services.AddSingleton<SigningSecrets>().AddSingleton<DeliveryQueue>().AddSingleton<WebhookPost>().AddSingleton<OutcomeLog>();
        services.AddSingleton<ResolveHost>(Dns.GetHostAddressesAsync).AddSingleton<PublicConnection>();
        services.AddHostedService<WebhookDispatcher>().AddHostedService<WebhookHousekeeping>();
        services.AddReceiverClient();
    }

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/operators/asyncapi/webhooks.v1.json", AsyncApi.Handle).ExcludeFromDescription().AllowAnonymous();

        routes.MapGet("/operators/v1/operators/{id:guid}/webhooks", ListOperatorWebhooks.Handle).WithTags("Webhooks").WithName("listOperatorWebhooks")
            .WithSummary("How the webhooks of an operator do, for itself and for the district.").RequireScope("operators.read").Problems(404);

        var webhooks = routes.MapGroup(Root).WithTags("Webhooks").RequireScope("webhooks.manage");
        webhooks.MapPost("/", CreateWebhook.Handle).WithName("createWebhook").WithSummary("A system asks to be told of events. The answer shows the signing secret, once.")
            .WithDescription("It hears what the client that made it, or changed or enabled it last, may read at the moment of an event. When that client is "
                + "revoked, another one of its owner takes the webhook over, or it is disabled: see revokeClient. A webhook of the owner that subscribes "
                + "to webhook.disabled.v1 is told of the end of the others, never of its own: have a second one, at another receiver, or poll its state.")
            .WithIdempotency<OperatorsDbContext>(keepAnswer: false).Problems(403, 409, 422);
        webhooks.MapGet("/", ListWebhooks.Handle).WithName("listWebhooks").WithSummary("The caller's webhooks.");
        webhooks.MapGet("/{id:guid}", GetWebhook.Handle).WithName("getWebhook").WithSummary("One webhook.").Problems(404);
        webhooks.MapPut("/{id:guid}", ChangeWebhook.Handle).WithName("changeWebhook")
            .WithSummary("Replaces what the owner has decided about a webhook.").WithTransaction<OperatorsDbContext>().Problems(404, 422);
        webhooks.MapDelete("/{id:guid}", DeleteWebhook.Handle).WithName("deleteWebhook").WithSummary("Ends a webhook and what waits for it.").Problems(404);
        webhooks.MapPost("/{id:guid}/enable", EnableWebhook.Handle).WithName("enableWebhook")
            .WithSummary("A disabled webhook gets events again, those from now on; replay what was given up.").Problems(403, 404, 409);
        webhooks.MapPost("/{id:guid}/rotate-secret", RotateSecret.Handle).WithName("rotateWebhookSecret")
            .WithSummary("Gives a webhook a new secret and shows it, once; the old one signs too for a while.")
            .WithIdempotency<OperatorsDbContext>(keepAnswer: false).Problems(404);
        webhooks.MapPost("/{id:guid}/ping", PingWebhook.Handle).WithName("pingWebhook").WithSummary("Sends a test event to the webhook.")
            .WithIdempotency<OperatorsDbContext>().Problems(404, 409);

        webhooks.MapGet("/{id:guid}/deliveries", ListDeliveries.Handle).WithName("listWebhookDeliveries")
            .WithSummary("What was sent in the last 30 days, or waits, the newest first.").Problems(404);
        webhooks.MapGet("/{id:guid}/deliveries/{messageId:guid}", GetDelivery.Handle).WithName("getWebhookDelivery")
            .WithSummary("One delivery with its attempts: what was sent, what was answered, and how long it took.").Problems(404);
        webhooks.MapPost("/{id:guid}/deliveries/{messageId:guid}/replay", ReplayDelivery.Handle).WithName("replayWebhookDelivery")
            .WithSummary("Sends a delivery again under its old id.").WithTransaction<OperatorsDbContext>().Problems(404, 409);
        webhooks.MapPost("/{id:guid}/deliveries/replay", ReplayDeliveries.Handle).WithName("replayWebhookDeliveries")
            .WithSummary("Sends the deliveries of a time range again, 10,000 at the most.").WithIdempotency<OperatorsDbContext>().Problems(404, 409, 422);
    }
}

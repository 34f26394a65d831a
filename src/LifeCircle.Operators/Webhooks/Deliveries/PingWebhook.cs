using LifeCircle.Operators.Webhooks.Owners;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Webhooks.Deliveries;

/// <summary>Sends a test event to one webhook, before everything that waits for it.</summary>
public static class PingWebhook
{
    public static async Task<Accepted<DeliveryAnswer>> Handle(
        Guid id, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var webhook = await db.FindWebhookAsync(id, caller, cancel);
        webhook.RequireActive();
        var now = clock.GetUtcNow();
        var message = await FanOut.WritePingAsync(db, id, now, cancel);
        await db.TryNowAsync(id, now, cancel);
        var delivery = await db.Set<WebhookDelivery>().AsNoTracking().SingleAsync(row => row.SubscriptionId == id && row.MessageId == message, cancel);
        return TypedResults.Accepted(DeliveryAnswer.PathOf(id, message), DeliveryAnswer.Of(delivery, await db.FindWebhookAsync(id, caller, cancel)));
    }
}

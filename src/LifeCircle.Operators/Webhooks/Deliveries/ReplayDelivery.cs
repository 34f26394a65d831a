using LifeCircle.Operators.Webhooks.Owners;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Webhooks.Deliveries;

/// <summary>Sends one delivery again.</summary>
public static class ReplayDelivery
{
    /// <summary>Sends one delivery again.</summary>
    /// <param name="id">The webhook.</param>
    /// <param name="messageId">The <c>webhook-id</c>.</param>
    /// <param name="caller">Sees its own.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="clock">Now.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Accepted<DeliveryAnswer>> Handle(
        Guid id, Guid messageId, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var webhook = await db.FindWebhookAsync(id, caller, cancel);
        webhook.RequireActive();
        var one = db.Set<WebhookDelivery>().Where(row => row.SubscriptionId == id && row.MessageId == messageId);
        if (await db.SendAgainAsync(one, id, clock.GetUtcNow(), cancel) == 0) throw new RuleBroken(WebhookRules.DeliveryNotFound);
        return TypedResults.Accepted(DeliveryAnswer.PathOf(id, messageId), DeliveryAnswer.Of(await one.AsNoTracking().SingleAsync(cancel), await db.FindWebhookAsync(id, caller, cancel)));
    }
}

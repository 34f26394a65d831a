using LifeCircle.Operators.Webhooks.Owners;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Webhooks.Deliveries;

/// <summary>One delivery with its attempts.</summary>
public static class GetDelivery
{
    private const int Attempts = 100;

    /// <summary>One delivery.</summary>
    /// <param name="id">The webhook.</param>
    /// <param name="messageId">The <c>webhook-id</c>.</param>
    /// <param name="caller">Sees its own.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Ok<DeliveryLogAnswer>> Handle(
        Guid id, Guid messageId, Caller caller, OperatorsDbContext db, CancellationToken cancel)
    {
        var webhook = await db.FindWebhookAsync(id, caller, cancel);
        var found = await (
            from delivery in db.Set<WebhookDelivery>().AsNoTracking()
            join message in db.Set<WebhookMessage>() on delivery.MessageId equals message.Id
            where delivery.SubscriptionId == id && delivery.MessageId == messageId
            select new { delivery, message.Body }).SingleOrDefaultAsync(cancel) ?? throw new RuleBroken(WebhookRules.DeliveryNotFound);
        var attempts = await db.Set<WebhookAttempt>().AsNoTracking().Where(row => row.SubscriptionId == id && row.MessageId == messageId)
            .OrderByDescending(row => row.Id).Take(Attempts).ToListAsync(cancel);
        return TypedResults.Ok(new DeliveryLogAnswer(DeliveryAnswer.Of(found.delivery, webhook), found.Body, [.. attempts.Select(AttemptAnswer.Of)]));
    }
}

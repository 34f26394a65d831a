using LifeCircle.Operators.Webhooks.Owners;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LifeCircle.Operators.Webhooks.Subscriptions;

/// <summary>Ends a webhook; what waited for delivery is not delivered.</summary>
public static class DeleteWebhook
{
    public static async Task<NoContent> Handle(
        Guid id, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var webhook = await db.TakeWebhookAsync(id, caller, ifMatch, cancel);
        webhook.Delete(clock.GetUtcNow());
        await db.SaveChangesAsync(cancel);
        return TypedResults.NoContent();
    }
}

using LifeCircle.Operators.Webhooks.Deliveries;
using LifeCircle.Operators.Webhooks.Owners;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Webhooks.Subscriptions;

/// <summary>Replaces what the owner has decided about a webhook; what waits for delivery goes to the new address.</summary>
public static class ChangeWebhook
{
    public static async Task<OkVersioned<WebhookAnswer>> Handle(
        Guid id, WebhookRequest request, IfMatch ifMatch, Caller caller, IHostEnvironment environment, OperatorsDbContext db, TimeProvider clock,
        CancellationToken cancel)
    {
        var webhook = await db.TakeWebhookAsync(id, caller, ifMatch, cancel);
        var (before, now) = (webhook.Url, clock.GetUtcNow());
        webhook.Change(caller, request.Read(caller, environment.IsDevelopment()), now);
        if (webhook.Url != before)
        {
            // Also over a failure of the old address that was written down just now.
            db.Entry(webhook).Property(row => row.FailingSince).IsModified = true;
            db.Entry(webhook).Property(row => row.Failures).IsModified = true;
            db.Entry(webhook).Property(row => row.RetryAt).IsModified = true;
            await db.SendAnewAsync(id, now, cancel);
        }
        else await db.SendNowAsync(id, now, cancel);
        await db.SaveChangesAsync(cancel);
        return WebhookAnswer.Ok(webhook);
    }
}

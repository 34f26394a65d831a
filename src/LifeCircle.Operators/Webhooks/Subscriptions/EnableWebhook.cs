using LifeCircle.Operators.Webhooks.Deliveries;
using LifeCircle.Operators.Webhooks.Events;
using LifeCircle.Operators.Webhooks.Owners;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Webhooks.Subscriptions;

/// <summary>A disabled webhook gets events again, those from now on, by the rights of the client that enables it.</summary>
public static class EnableWebhook
{
    public static async Task<OkVersioned<WebhookAnswer>> Handle(
        Guid id, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var webhook = await db.TakeWebhookAsync(id, caller, ifMatch, cancel);
        foreach (var (place, type) in webhook.EventTypes.Index())
            if (EventCatalogue.Find(type) is { } known) WebhookRequest.RequireGranted(known, caller, place);
        var now = clock.GetUtcNow();
        // Before it is active: what waited when it was disabled is not delivered now, unasked.
        await EndDeliveries.OfDisabledAsync(db, id, now, cancel);
        webhook.Enable(caller, now);
        await db.SaveChangesAsync(cancel);
        return WebhookAnswer.Ok(webhook);
    }
}

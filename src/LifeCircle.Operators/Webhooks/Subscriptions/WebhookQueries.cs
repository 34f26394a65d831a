using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Webhooks.Subscriptions;

internal static class WebhookQueries
{
    /// <summary>
    /// An operator's clients share its webhooks; a client of the district has its own. One that is confined to a division sees none that tell of
    /// more.
    /// </summary>
    public static IQueryable<WebhookSubscription> OwnedBy(this IQueryable<WebhookSubscription> webhooks, Caller caller)
    {
        webhooks = webhooks.Where(row => row.State != WebhookState.Deleted);
        webhooks = caller.OperatorId is { } own
            ? webhooks.Where(row => row.OperatorId == own)
            : webhooks.Where(row => row.OperatorId == null && row.ClientId == caller.ClientId);
        return caller.DivisionCode is { } division
            ? webhooks.Where(row => row.DivisionCode != null && row.DivisionCode.StartsWith(division))
            : webhooks;
    }

    /// <exception cref="RuleBroken">The caller has no such webhook.</exception>
    public static async Task<WebhookSubscription> FindWebhookAsync(this OperatorsDbContext db, Guid id, Caller caller, CancellationToken cancel) =>
        await db.Set<WebhookSubscription>().OwnedBy(caller).SingleOrDefaultAsync(row => row.Id == id, cancel)
        ?? throw new RuleBroken(WebhookRules.NotFound);

    /// <exception cref="RuleBroken">The caller has no such webhook, or it is not the version that the change is based on.</exception>
    public static async Task<WebhookSubscription> TakeWebhookAsync(
        this OperatorsDbContext db, Guid id, Caller caller, IfMatch ifMatch, CancellationToken cancel)
    {
        var webhook = await db.FindWebhookAsync(id, caller, cancel);
        ifMatch.Require(webhook.Version);
        return webhook;
    }
}

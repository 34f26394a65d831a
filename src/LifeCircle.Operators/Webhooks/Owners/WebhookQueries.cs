using LifeCircle.Operators.Clients;
using LifeCircle.Operators.Webhooks.Subscriptions;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Webhooks.Owners;

internal static class WebhookQueries
{
    /// <summary>
    /// The clients of an operator, or of a district system in the register, share their webhooks; any other client of the district has its own. One
    /// that is confined to a division sees none that tell of more.
    /// </summary>
    public static IQueryable<WebhookSubscription> WebhooksOf(this OperatorsDbContext db, Caller caller)
    {
        var webhooks = db.OwnedWebhooks(caller);
        return caller.DivisionCode is { } division
            ? webhooks.Where(row => row.DivisionCode != null && row.DivisionCode.StartsWith(division))
            : webhooks;
    }

    /// <summary>The same with those of other divisions.</summary>
    public static IQueryable<WebhookSubscription> OwnedWebhooks(this OperatorsDbContext db, Caller caller)
    {
        var webhooks = db.Set<WebhookSubscription>().Where(row => row.State != WebhookState.Deleted);
        // The token of a district system names no operator: its entry in the register is known by the client.
        return caller.OperatorId is { } own
            ? webhooks.Where(row => row.OperatorId == own)
            : webhooks.Where(row => row.OperatorId == null && (row.ClientId == caller.ClientId || (row.SystemId != null
                && db.Set<Client>().Any(client => client.ClientId == caller.ClientId && client.OperatorId == row.SystemId))));
    }

    /// <summary>The entry in the register of a district system; null for others.</summary>
    public static async Task<Guid?> SystemOfAsync(this OperatorsDbContext db, Caller caller, CancellationToken cancel) => caller.OperatorId is not null
        ? null
        : await db.Set<Client>().Where(client => client.ClientId == caller.ClientId).Select(client => client.OperatorId).SingleOrDefaultAsync(cancel);

    /// <exception cref="RuleBroken">The caller has no such webhook.</exception>
    public static async Task<WebhookSubscription> FindWebhookAsync(this OperatorsDbContext db, Guid id, Caller caller, CancellationToken cancel) =>
        await db.WebhooksOf(caller).SingleOrDefaultAsync(row => row.Id == id, cancel)
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

using LifeCircle.Messaging;
using LifeCircle.Operators.Clients;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Webhooks.Deliveries;
using LifeCircle.Operators.Webhooks.Events;
using LifeCircle.Operators.Webhooks.Subscriptions;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Webhooks.Owners;

/// <summary>
/// A webhook lives by the rights of a client. When that is no more, another client of its owner takes the webhook over, if it may hear all of it;
/// else the webhook is disabled and its owner told: never does it fall silent while it says that it is active.
/// </summary>
internal static class HandOverWebhooks
{
    /// <summary>The webhooks of a client that is being revoked, in the transaction of that.</summary>
    public static async Task OfRevokedAsync(OperatorsDbContext db, Client revoked, Operator owner, DateTimeOffset now, CancellationToken cancel)
    {
        var webhooks = await db.Set<WebhookSubscription>()
            .FromSql($"SELECT * FROM webhook_subscription WHERE client_id = {revoked.ClientId} AND state <> 'deleted' ORDER BY id FOR UPDATE").ToListAsync(cancel);
        if (webhooks.Count == 0) return;
        var others = await OthersAsync(db, revoked, owner, cancel);
        foreach (var webhook in webhooks) HandOver(db, webhook, owner, others, now);
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>
    /// Webhooks that hear nothing for good because of their client: its operator may have no webhooks any more or has left its division, or it was
    /// revoked while it was taking one over. An operator that is suspended comes back, and its webhooks wait.
    /// </summary>
    public static async Task OfSilentAsync(OperatorsDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        var silent = await db.Database.SqlQuery<Guid>($"""
            SELECT s.id AS "Value" FROM webhook_subscription s LEFT JOIN client c ON c.client_id = s.client_id LEFT JOIN operator o ON o.id = c.operator_id
            WHERE s.state = 'active' AND (c.id IS NULL
              OR (o.type = 'district_system' AND NOT {FanOut.Manage} = ANY (o.granted_scopes))
              OR (o.id IS NOT NULL AND c.division_code IS NOT NULL
                AND NOT EXISTS (SELECT FROM unnest(o.division_codes) AS served WHERE starts_with(c.division_code, served))))
            """).ToListAsync(cancel);
        foreach (var id in silent) await OfSilentAsync(db, id, now, cancel);
    }

    private static async Task OfSilentAsync(OperatorsDbContext db, Guid id, DateTimeOffset now, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var webhook = await db.Set<WebhookSubscription>().FromSql($"SELECT * FROM webhook_subscription WHERE id = {id} FOR UPDATE").SingleOrDefaultAsync(cancel);
        if (webhook is not { State: WebhookState.Active }) return;
        var client = await db.Set<Client>().AsNoTracking().SingleOrDefaultAsync(row => row.ClientId == webhook.ClientId, cancel);
        var owner = client is null ? null : await db.Set<Operator>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == client.OperatorId, cancel);
        HandOver(db, webhook, owner, client is null || owner is null ? [] : await OthersAsync(db, client, owner, cancel), now);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    // The newest first: it is most likely the one that takes the place of the other.
    private static Task<List<Client>> OthersAsync(OperatorsDbContext db, Client leaving, Operator owner, CancellationToken cancel) => db.Set<Client>()
        .AsNoTracking().Where(client => client.OperatorId == owner.Id && client.Id != leaving.Id && client.Environment == leaving.Environment)
        .OrderByDescending(client => client.Id).ToListAsync(cancel);

    private static void HandOver(OperatorsDbContext db, WebhookSubscription webhook, Operator? owner, List<Client> others, DateTimeOffset now)
    {
        if (owner is not null && others.Find(other => MayHear(other, owner, webhook)) is { ClientId: { } heir }) webhook.HandOver(heir, now);
        else if (webhook.State is WebhookState.Active)
        {
            db.Publish(webhook.Disable(DisabledCause.ClientRevoked, now));
            WebhookTelemetry.WasDisabled(WireNames.Of(DisabledCause.ClientRevoked));
        }
        if (owner is { Type: OperatorType.DistrictSystem }) webhook.Keep(owner.Id);
    }

    private static bool MayHear(Client client, Operator owner, WebhookSubscription webhook)
    {
        if (client.DivisionCode is { } own
            && !(owner.ServesAllOf(own) && webhook.DivisionCode?.StartsWith(own, StringComparison.Ordinal) is true)) return false;
        var needed = webhook.EventTypes.Select(type => EventCatalogue.Find(type)?.Scope).OfType<string>().Append(FanOut.Manage);
        return !needed.Except(client.ScopesUnder(owner)).Any();
    }
}

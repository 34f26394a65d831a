using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Webhooks.Deliveries;

/// <summary>What waits for nobody any more ends as failed, in portions, as there may be very much of it. Its owner may replay it.</summary>
internal static class EndDeliveries
{
    private const int Portion = 2_000;

    /// <summary>What waits for one disabled webhook.</summary>
    public static async Task OfDisabledAsync(OperatorsDbContext db, Guid webhook, DateTimeOffset now, CancellationToken cancel)
    {
        while (await db.Database.ExecuteSqlAsync($"""
            UPDATE webhook_delivery SET state = 'failed', finished_at = {now}, leased_until = NULL, lease = NULL WHERE ctid = ANY (ARRAY(
              SELECT d.ctid FROM webhook_subscription s JOIN webhook_delivery d ON d.subscription_id = s.id
              WHERE s.id = {webhook} AND s.state = 'disabled' AND d.state = 'pending' LIMIT {Portion} FOR UPDATE OF d))
            """, cancel) > 0) cancel.ThrowIfCancellationRequested();
    }

    /// <summary>What waits for disabled webhooks.</summary>
    public static async Task OfDisabledAsync(OperatorsDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        while (await db.Database.ExecuteSqlAsync($"""
            UPDATE webhook_delivery SET state = 'failed', finished_at = {now}, leased_until = NULL, lease = NULL WHERE ctid = ANY (ARRAY(
              SELECT d.ctid FROM webhook_subscription s JOIN webhook_delivery d ON d.subscription_id = s.id
              WHERE s.state = 'disabled' AND d.state = 'pending' LIMIT {Portion} FOR UPDATE OF d SKIP LOCKED))
            """, cancel) == Portion) cancel.ThrowIfCancellationRequested();
    }

    /// <summary>What has come to nothing since long ago, for whatever reason.</summary>
    public static async Task OlderThanAsync(OperatorsDbContext db, DateTimeOffset before, DateTimeOffset now, CancellationToken cancel)
    {
        while (await db.Database.ExecuteSqlAsync($"""
            UPDATE webhook_delivery SET state = 'failed', finished_at = {now}, leased_until = NULL, lease = NULL WHERE ctid = ANY (ARRAY(
              SELECT ctid FROM webhook_delivery WHERE created_at < {before} AND state = 'pending' LIMIT {Portion} FOR UPDATE SKIP LOCKED))
            """, cancel) == Portion) cancel.ThrowIfCancellationRequested();
    }
}

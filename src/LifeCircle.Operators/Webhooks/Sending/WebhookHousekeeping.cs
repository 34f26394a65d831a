using LifeCircle.Operators.Webhooks.Deliveries;
using LifeCircle.Operators.Webhooks.Owners;
using LifeCircle.Operators.Webhooks.Subscriptions;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LifeCircle.Operators.Webhooks.Sending;

/// <summary>Forgets deliveries and attempts after their time, in portions short enough to disturb nobody, and measures what waits.</summary>
internal sealed class WebhookHousekeeping(
    IServiceScopeFactory scopes, IOptions<WebhookOptions> options, TimeProvider clock, ILogger<WebhookHousekeeping> logger) : BackgroundService
{
    private const int Portion = 2_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPauseOfNew = TimeSpan.FromMinutes(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                using var quiet = WebhookTelemetry.Unrecorded();
                await using var scope = scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<OperatorsDbContext>();
                var now = clock.GetUtcNow();
                await MeasureAsync(db, stoppingToken);
                await HurryAsync(db, now, stoppingToken);
                await HandOverWebhooks.OfSilentAsync(db, now, stoppingToken);
                await EndDeliveries.OfDisabledAsync(db, now, stoppingToken);
                // What was replayed on its last day has the whole schedule before it, all the same.
                await EndDeliveries.OlderThanAsync(db, now.AddDays(-options.Value.KeepDays - 4), now, stoppingToken);
                await ForgetAsync(db, now.AddDays(-options.Value.KeepDays), stoppingToken);
            }
            catch (Exception fault) when (DatabaseFault.IsTransient(fault) || DatabaseFault.IsCollision(fault))
            {
                logger.LogWarning(fault, "Old deliveries of webhooks were not removed; next try in {Interval}", Interval);
            }
        }
    }

    private async Task MeasureAsync(OperatorsDbContext db, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var waiting = await db.Database.SqlQuery<Waiting>($"""
            SELECT (SELECT count(*) FROM (SELECT FROM webhook_delivery WHERE state = 'pending' LIMIT 100000) AS counted) AS count,
              (SELECT min(d.created_at) FROM webhook_subscription s CROSS JOIN LATERAL (
                SELECT created_at FROM webhook_delivery d WHERE d.subscription_id = s.id AND d.state = 'pending' ORDER BY d.position LIMIT 1) AS d
               WHERE s.state = 'active' AND s.failing_since IS NULL) AS oldest
            """).SingleAsync(cancel);
        WebhookTelemetry.Waiting(waiting.Count, waiting.Oldest is { } oldest ? now - oldest : TimeSpan.Zero);
    }

    // Where events wait that a failing receiver was never offered, it is tried every half hour: one that is back must not hear of them a day late. A pause
    // that it asked for counts no longer than that, as one post in half an hour is no burden. It is given up no sooner for it.
    private static async Task HurryAsync(OperatorsDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        var soon = now + LongestPauseOfNew;
        // Where order is asked for, what is new waits for what failed before it, so that is tried as often.
        await db.Database.ExecuteSqlAsync($"""
            UPDATE webhook_delivery SET next_attempt_at = {soon} WHERE ctid = ANY (ARRAY(
              SELECT d.ctid FROM webhook_subscription s JOIN webhook_delivery d ON d.subscription_id = s.id
              WHERE s.state = 'active' AND s.failing_since IS NOT NULL AND s.ordered AND d.state = 'pending' AND d.attempts > 0 AND d.next_attempt_at > {soon}
                AND EXISTS (SELECT FROM webhook_delivery n WHERE n.subscription_id = s.id AND n.subject = d.subject AND n.state = 'pending'
                  AND n.attempts = 0 AND n.position > d.position)
              FOR UPDATE OF d SKIP LOCKED))
            """, cancel);
        await db.Database.ExecuteSqlAsync($"""
            UPDATE webhook_subscription SET retry_at = {soon} WHERE id = ANY (ARRAY(
              SELECT s.id FROM webhook_subscription s WHERE s.state = 'active' AND s.failing_since IS NOT NULL AND s.retry_at > {soon}
                AND EXISTS (SELECT FROM webhook_delivery d WHERE d.subscription_id = s.id AND d.state = 'pending' AND d.attempts = 0)
              ORDER BY s.id FOR UPDATE SKIP LOCKED))
            """, cancel);
    }

    private static async Task ForgetAsync(OperatorsDbContext db, DateTimeOffset before, CancellationToken cancel)
    {
        await InPortionsAsync(db, $"""
            DELETE FROM webhook_attempt WHERE ctid = ANY (ARRAY(SELECT ctid FROM webhook_attempt WHERE started_at < {before} LIMIT {Portion} FOR UPDATE SKIP LOCKED))
            """, cancel);
        await InPortionsAsync(db, $"""
            DELETE FROM webhook_delivery WHERE ctid = ANY (ARRAY(
              SELECT ctid FROM webhook_delivery WHERE created_at < {before} AND state <> 'pending' LIMIT {Portion} FOR UPDATE SKIP LOCKED))
            """, cancel);
        await InPortionsAsync(db, $"""
            DELETE FROM webhook_delivery WHERE ctid = ANY (ARRAY(
              SELECT d.ctid FROM webhook_subscription s JOIN webhook_delivery d ON d.subscription_id = s.id WHERE s.state = 'deleted'
              LIMIT {Portion} FOR UPDATE OF d SKIP LOCKED))
            """, cancel);
        // A delivery that is replayed on its last day still needs it for the three days of its schedule.
        var unused = before.AddDays(-7);
        await InPortionsAsync(db, $"""
            DELETE FROM webhook_message WHERE ctid = ANY (ARRAY(SELECT ctid FROM webhook_message WHERE created_at < {unused} LIMIT {Portion} FOR UPDATE SKIP LOCKED))
            """, cancel);
        await db.Set<WebhookSubscription>().Where(webhook => webhook.State == WebhookState.Deleted && webhook.ChangedAt < before).ExecuteDeleteAsync(cancel);
    }

    private static async Task InPortionsAsync(OperatorsDbContext db, FormattableString sql, CancellationToken cancel)
    {
        while (await db.Database.ExecuteSqlAsync(sql, cancel) == Portion) cancel.ThrowIfCancellationRequested();
    }

    private sealed record Waiting(long Count, DateTimeOffset? Oldest);
}

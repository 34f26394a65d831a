using LifeCircle.Messaging;
using LifeCircle.Operators.Webhooks.Subscriptions;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace LifeCircle.Operators.Webhooks.Sending;

/// <summary>Writes down what came of posts, many in one transaction, and what follows from it for delivery and receiver.</summary>
internal sealed class OutcomeLog(IServiceScopeFactory scopes, TimeProvider clock, ILogger<OutcomeLog> logger)
{
    // After three days nothing is tried until the webhook is disabled, which happens next; should that fail, once more.
    private static readonly TimeSpan UntilDisabled = TimeSpan.FromMinutes(5);

    // So many probes in a row must have failed, which takes five minutes at least, before what a receiver refused comes back to it as soon as it takes
    // anything. One event that it never takes would else be posted again with every other one; and what failed less often comes by itself by then.
    private const int LongFailure = 3;

    public async Task WriteAsync(IReadOnlyList<AttemptOutcome> outcomes, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OperatorsDbContext>();
        await db.Database.OpenConnectionAsync(cancel);
        var now = clock.GetUtcNow();
        await using var batch = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection());
        batch.BatchCommands.Add(Attempts(outcomes));
        if (outcomes.Where(outcome => outcome.IsDelivered).ToArray() is { Length: > 0 } delivered)
        {
            batch.BatchCommands.Add(Delivered(delivered, now));
            batch.BatchCommands.Add(Recovered([.. delivered.Select(outcome => outcome.Delivery.SubscriptionId).Distinct()], now));
        }
        foreach (var outcome in outcomes.Where(outcome => !outcome.IsDelivered).OrderBy(outcome => outcome.Delivery.SubscriptionId))
            AddFailure(batch, outcome, now);
        await batch.ExecuteNonQueryAsync(cancel);

        foreach (var outcome in outcomes)
        {
            WebhookTelemetry.Record(outcome);
            if (outcome.IsGone) await TryDisableAsync(outcome.Delivery, DisabledCause.Gone, cancel);
            else if (!outcome.IsDelivered && outcome.Delivery is { IsProbe: true, IsPing: false } && ReceiverRetry(outcome, now) is null)
                await TryDisableAsync(outcome.Delivery, DisabledCause.Failing, cancel);
        }
    }

    private static DateTimeOffset? ReceiverRetry(AttemptOutcome outcome, DateTimeOffset now) =>
        RetrySchedule.NextAfter(outcome.Delivery.FailingSince ?? now, now, outcome.Delivery.SubscriptionId, outcome.RetryAfter);

    // The outcome is written; where this fails, the next attempt comes to the same end.
    private async Task TryDisableAsync(LeasedDelivery delivery, DisabledCause cause, CancellationToken cancel)
    {
        try
        {
            await DisableAsync(delivery, cause, cancel);
        }
        catch (Exception fault) when (DatabaseFault.IsTransient(fault) || DatabaseFault.IsCollision(fault))
        {
            logger.LogWarning(fault, "Webhook {Webhook} is not disabled yet", delivery.SubscriptionId);
        }
    }

    private static void AddFailure(NpgsqlBatch batch, AttemptOutcome outcome, DateTimeOffset now)
    {
        var delivery = outcome.Delivery;
        var next = delivery.IsPing
            ? null
            : RetrySchedule.NextAfter(delivery.FirstAttemptAt ?? outcome.StartedAt, now, delivery.SubscriptionId, outcome.RetryAfter);
        if (next is null) WebhookTelemetry.GivenUp();
        batch.BatchCommands.Add(Command("""
            UPDATE webhook_delivery SET attempts = attempts + 1, leased_until = NULL, lease = NULL, last_status = $4,
              state = CASE WHEN $5 IS NULL THEN 'failed' ELSE 'pending' END, next_attempt_at = coalesce($5, next_attempt_at),
              finished_at = CASE WHEN $5 IS NULL THEN $6 END
            WHERE subscription_id = $1 AND message_id = $2 AND lease = $3
            """, delivery.SubscriptionId, delivery.MessageId, delivery.Lease, Maybe(outcome.Status), Maybe(next), now));
        if (delivery is { IsPing: true, IsProbe: false }) return;
        // What was under way to it when the first failed, or to an address that it no longer has, says nothing new. And where nothing waits, it is not
        // known to fail: what comes next is not to be judged by what happened long before. After three days it is, as it is disabled then.
        var retry = ReceiverRetry(outcome, now);
        batch.BatchCommands.Add(Command("""
            UPDATE webhook_subscription s SET failing_since = CASE WHEN w.waits THEN coalesce(failing_since, $2) END,
              failures = CASE WHEN w.waits THEN failures + 1 ELSE 0 END, retry_at = CASE WHEN w.waits THEN $3 END
            FROM (SELECT $6 OR EXISTS (SELECT FROM webhook_delivery WHERE subscription_id = $1 AND state = 'pending') AS waits) AS w
            WHERE s.id = $1 AND s.state = 'active' AND s.url = $5 AND (s.failing_since IS NULL OR $4)
            """, delivery.SubscriptionId, now, retry ?? now + UntilDisabled, delivery.IsProbe, delivery.Url, retry is null && !delivery.IsPing));
    }

    /// <summary>Ends a webhook and tells its owner, in a moment: the housekeeping ends what waits, which may be much.</summary>
    private async Task DisableAsync(LeasedDelivery delivery, DisabledCause cause, CancellationToken cancel)
    {
        var id = delivery.SubscriptionId;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OperatorsDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // Against its owner, who may be changing it at the same time.
        var webhook = await db.Set<WebhookSubscription>().FromSql($"SELECT * FROM webhook_subscription WHERE id = {id} FOR UPDATE").SingleOrDefaultAsync(cancel);
        if (webhook is not { State: WebhookState.Active } || webhook.Url != delivery.Url) return;
        if (cause is DisabledCause.Failing && webhook.FailingSince is null) return;
        db.Publish(webhook.Disable(cause, clock.GetUtcNow()));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        WebhookTelemetry.WasDisabled(WireNames.Of(cause));
        logger.LogWarning("Webhook {Webhook} is disabled: {Cause}", id, WireNames.Of(cause));
    }

    private static NpgsqlBatchCommand Attempts(IReadOnlyList<AttemptOutcome> outcomes) => Command("""
        INSERT INTO webhook_attempt (subscription_id, message_id, started_at, duration, status, error, url, request_headers, response_headers, response_body)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        Column(outcomes, outcome => outcome.Delivery.SubscriptionId), Column(outcomes, outcome => outcome.Delivery.MessageId),
        Column(outcomes, outcome => outcome.StartedAt), Column(outcomes, outcome => Math.Round(outcome.Duration.TotalMilliseconds, 1)),
        Column(outcomes, outcome => outcome.Status), Column(outcomes, outcome => outcome.Error is { } error ? WireNames.Of(error) : null),
        Column(outcomes, outcome => outcome.Delivery.Url), Column(outcomes, outcome => outcome.RequestHeaders),
        Column(outcomes, outcome => outcome.ResponseHeaders), Column(outcomes, outcome => outcome.ResponseBody));

    private static NpgsqlBatchCommand Delivered(AttemptOutcome[] outcomes, DateTimeOffset now) => Command("""
        UPDATE webhook_delivery d SET state = 'delivered', attempts = d.attempts + 1, leased_until = NULL, lease = NULL, last_status = o.status, finished_at = $5
        FROM unnest($1, $2, $3, $4) AS o(subscription_id, message_id, lease, status)
        WHERE d.subscription_id = o.subscription_id AND d.message_id = o.message_id AND d.lease = o.lease
        """,
        Column(outcomes, outcome => outcome.Delivery.SubscriptionId), Column(outcomes, outcome => outcome.Delivery.MessageId),
        Column(outcomes, outcome => outcome.Delivery.Lease), Column(outcomes, outcome => outcome.Status), now);

    // In one order everywhere, and past what others hold, so that two replicas never wait for each other. What is due then goes out as fast as the receiver
    // shows that it can take it (see ReceiverLoads), which spreads it.
    private static NpgsqlBatchCommand Recovered(Guid[] webhooks, DateTimeOffset now) => Command("""
        WITH back AS (
          SELECT id, failures FROM webhook_subscription WHERE id = ANY ($1) AND failing_since IS NOT NULL ORDER BY id FOR UPDATE
        ), well AS (
          UPDATE webhook_subscription s SET failing_since = NULL, failures = 0, retry_at = NULL FROM back WHERE s.id = back.id
        )
        UPDATE webhook_delivery SET next_attempt_at = $2 WHERE ctid = ANY (ARRAY(
          SELECT d.ctid FROM back JOIN webhook_delivery d ON d.subscription_id = back.id
          WHERE back.failures >= $3 AND d.state = 'pending' AND d.attempts > 0 AND d.next_attempt_at > $2 FOR UPDATE OF d SKIP LOCKED))
        """, webhooks, now, LongFailure);

    private static T[] Column<T>(IReadOnlyList<AttemptOutcome> outcomes, Func<AttemptOutcome, T> value) => [.. outcomes.Select(value)];

    private static NpgsqlParameter Maybe(int? value) => new() { Value = value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer };

    private static NpgsqlParameter Maybe(DateTimeOffset? value) => new() { Value = value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        return command;
    }
}

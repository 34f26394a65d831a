using System.Diagnostics;
using System.Text.Json;
using LifeCircle.Operators.Webhooks.Events;
using LifeCircle.Operators.Webhooks.Sending;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Webhooks.Deliveries;

/// <summary>Writes an event down once, and a delivery for every webhook that is to hear of it, in one statement of the caller's transaction.</summary>
internal static class FanOut
{
    public static async Task WriteAsync(OperatorsDbContext db, string type, WebhookEvent fact, DateTimeOffset now, CancellationToken cancel)
    {
        var at = fact.At < now ? fact.At : now; // announced ahead: it is told of now
        var audience = fact.Audience;
        var written = await db.Database.ExecuteSqlAsync($"""
            WITH matched AS (
              SELECT s.id FROM webhook_subscription s
              WHERE s.state = 'active' AND {type} = ANY (s.event_types)
                AND ({type} = {EventCatalogue.Farewell} OR s.operator_id IS NULL
                  OR NOT EXISTS (SELECT FROM operator o WHERE o.id = s.operator_id AND o.state = 'terminated'))
                AND CASE
                WHEN {audience.SubscriptionId}::uuid IS NOT NULL THEN s.id <> {audience.SubscriptionId} AND EXISTS (
                  SELECT FROM webhook_subscription o WHERE o.id = {audience.SubscriptionId} AND o.operator_id IS NOT DISTINCT FROM s.operator_id
                    AND (o.operator_id IS NOT NULL OR o.client_id = s.client_id))
                WHEN {audience.OperatorId}::uuid IS NOT NULL THEN
                  s.operator_id = {audience.OperatorId} OR (s.operator_id IS NULL AND s.division_code IS NULL)
                ELSE s.division_code IS NULL OR starts_with({audience.DivisionCode}, s.division_code)
              END
            ), message AS (
              INSERT INTO webhook_message (id, type, body, traceparent, created_at)
              SELECT {Guid.CreateVersion7(now)}, {type}, {BodyOf(type, at, fact.Data)}, {Activity.Current?.Id}, {now} WHERE EXISTS (SELECT FROM matched)
              RETURNING id
            )
            INSERT INTO webhook_delivery (subscription_id, message_id, subject, type, state, attempts, next_attempt_at, created_at)
            SELECT matched.id, message.id, {fact.Subject}, {type}, 'pending', 0, {now}, {now} FROM matched, message
            """, cancel);
        if (written > 0) DispatchSignal.SetAfterCommit(db);
    }

    /// <summary>A ping goes before everything that waits, and is told to nobody else.</summary>
    public static async Task<Guid> WritePingAsync(OperatorsDbContext db, Guid webhook, DateTimeOffset now, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7(now);
        var type = EventCatalogue.Ping.Name;
        await db.Database.ExecuteSqlAsync($"""
            WITH message AS (
              INSERT INTO webhook_message (id, type, body, traceparent, created_at)
              VALUES ({id}, {type}, {BodyOf(type, now, new PingData(webhook))}, {Activity.Current?.Id}, {now})
            )
            INSERT INTO webhook_delivery (subscription_id, message_id, position, subject, type, state, attempts, next_attempt_at, created_at)
            VALUES ({webhook}, {id}, 0, {id}, {type}, 'pending', 0, {now}, {now})
            """, cancel);
        return id;
    }

    private static string BodyOf(string type, DateTimeOffset at, object data) => JsonSerializer.Serialize(new WebhookBody(type, at, data), Json.Options);
}

using System.Diagnostics;
using System.Text.Json;
using LifeCircle.Operators.Clients;
using LifeCircle.Operators.Webhooks.Events;
using LifeCircle.Operators.Webhooks.Sending;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace LifeCircle.Operators.Webhooks.Deliveries;

/// <summary>Writes an event down once, and a delivery for every webhook that is to hear of it, in one statement of the caller's transaction.</summary>
internal static class FanOut
{
    /// <summary>The scope without which nobody hears anything.</summary>
    public const string Manage = "webhooks.manage";

    /// <summary>
    /// A webhook hears what its client could read at this moment, and what concerns its operator also while that is suspended, until the farewell. What
    /// becomes of one whose client is no more, <see cref="Owners.HandOverWebhooks"/> says. What is written down here goes out, whatever the owner may do by
    /// then: it could have read it when it happened.
    /// </summary>
    public static async Task WriteAsync(OperatorsDbContext db, string type, WebhookEvent fact, DateTimeOffset now, CancellationToken cancel)
    {
        var at = fact.At < now ? fact.At : now; // announced ahead: it is told of now
        var (audience, divisions) = (fact.Audience, fact.Audience.Divisions?.ToArray());
        string[] scopes = EventCatalogue.Find(type)?.Scope is { } scope ? [Manage, scope] : [Manage];
        var permissions = JsonSerializer.Serialize(scopes.Select(needed => OpenIddictConstants.Permissions.Prefixes.Scope + needed));
        var everyOperatorMay = !scopes.Except(GrantableScopes.OfEveryOperator).Any();
        // The places are those that decide who sees an operator or an offering in the API, too; and a division within them sees it, as there.
        var written = await db.Database.ExecuteSqlAsync($"""
            WITH place AS (
              SELECT coalesce((SELECT area_codes FROM offering WHERE id = {fact.Subject}), {divisions}::text[],
                (SELECT division_codes FROM operator WHERE id = {audience.OperatorId}::uuid), ARRAY[]::text[]) AS codes
            ), matched AS (
              SELECT s.id FROM place, webhook_subscription s JOIN client c ON c.client_id = s.client_id LEFT JOIN operator o ON o.id = c.operator_id
              WHERE s.state = 'active' AND {type} = ANY (s.event_types)
                AND (c.has_all_scopes OR coalesce(c.permissions, '[]')::jsonb @> {permissions}::jsonb)
                AND (o.id IS NULL OR (o.type = 'third_party' AND {everyOperatorMay}) OR o.granted_scopes @> {scopes})
                AND (o.id IS NULL
                  OR ((o.state IN ('probation', 'active') OR (o.state = 'approved' AND c.environment = 'sandbox')) AND (c.division_code IS NULL
                    OR EXISTS (SELECT FROM unnest(o.division_codes) AS served WHERE starts_with(c.division_code, served))))
                  OR (o.id = {audience.OperatorId}::uuid AND (o.state <> 'terminated' OR {type} = {EventCatalogue.Farewell}))
                  OR ({audience.SubscriptionId}::uuid IS NOT NULL AND o.state <> 'terminated'))
                AND s.id IS DISTINCT FROM {audience.SubscriptionId}::uuid
                AND (CASE
                  WHEN {audience.SubscriptionId}::uuid IS NULL THEN c.operator_id = {audience.OperatorId}::uuid
                  ELSE EXISTS (
                    SELECT FROM webhook_subscription o WHERE o.id = {audience.SubscriptionId} AND o.operator_id IS NOT DISTINCT FROM s.operator_id
                      AND (o.operator_id IS NOT NULL OR o.client_id = s.client_id OR o.system_id = s.system_id))
                  END
                  OR ((s.operator_id IS NULL OR {audience.OperatorId}::uuid IS NULL)
                    AND ({audience.OperatorId}::uuid IS NOT NULL OR {audience.SubscriptionId}::uuid IS NULL) AND NOT EXISTS (
                    SELECT FROM unnest(ARRAY[s.division_code, c.division_code]) AS own WHERE own IS NOT NULL AND NOT EXISTS (
                      SELECT FROM unnest(place.codes) AS code
                      WHERE starts_with(code, own) OR ({audience.OperatorId}::uuid IS NOT NULL AND starts_with(own, code))))))
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

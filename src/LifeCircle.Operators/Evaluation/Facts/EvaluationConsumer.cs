using System.Text.Json;
using LifeCircle.Contracts;
using LifeCircle.Contracts.Care;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Evaluation.Facts;

/// <summary>
/// Keeps a fact of a care order, and writes it down with its offer, in the inbox's transaction. All events do the same, so this is the
/// consumer of each.
/// </summary>
internal sealed class EvaluationConsumer<TEvent>(OperatorsDbContext db, TimeProvider clock) : IConsumer<TEvent> where TEvent : class, IIntegrationEvent
{
    public async Task Consume(ConsumeContext<TEvent> context)
    {
        var (fact, cancel) = (context.Message, context.CancellationToken);
        var about = FactSubject.Of(fact);
        if (about is not { OfferId: { } offer, OperatorId: not null }) return; // no operator serves the order
        await KeepAsync(about, offer, PayloadOf(context), cancel);
        if (fact is CareComplaintDecided decided) await WriteComplaintAsync(decided, offer, cancel);
        else await WriteAsync(about, offer, fact, cancel);
    }

    // The lock comes before the row is read: a recalculation in progress has committed its rows, or waits until these are.
    private async Task KeepAsync(FactSubject about, Guid offer, string payload, CancellationToken cancel) => await db.Database.ExecuteSqlAsync($"""
        INSERT INTO evaluation_fact (order_id, version, event_type, offer_id, payload, received_at)
        SELECT {about.OrderId}, {about.Version}, {EvaluationFact.NameOf(typeof(TEvent))}, {offer}, {payload}::jsonb, {clock.GetUtcNow()}
        FROM pg_advisory_xact_lock_shared({RecalculateEvaluation.Lock}) ON CONFLICT DO NOTHING
        """, cancel);

    private async Task WriteAsync(FactSubject about, Guid offer, TEvent fact, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO evaluated_offer (offer_id, order_id, operator_id, kind, division_code,
              offered_version, answer_version, start_version, outcome_version, back_filled)
            VALUES ({offer}, {about.OrderId}, {about.OperatorId}, {about.Kind}, {about.DivisionCode}, 0, 0, 0, 0, false) ON CONFLICT DO NOTHING
            """, cancel);
        (await db.Set<EvaluatedOffer>().FromSql($"SELECT * FROM evaluated_offer WHERE offer_id = {offer} FOR UPDATE").SingleAsync(cancel)).Take(fact);
        await db.SaveChangesAsync(cancel);
    }

    private async Task WriteComplaintAsync(CareComplaintDecided fact, Guid offer, CancellationToken cancel) => await db.Database.ExecuteSqlAsync($"""
        INSERT INTO evaluated_complaint (complaint_id, offer_id, upheld, version, decided_at)
        VALUES ({fact.ComplaintId}, {offer}, {fact.Upheld}, {fact.Version}, {EvaluationFact.Stored(fact.At)})
        ON CONFLICT (complaint_id) DO UPDATE
        SET offer_id = excluded.offer_id, upheld = excluded.upheld, version = excluded.version, decided_at = excluded.decided_at
        WHERE evaluated_complaint.version < excluded.version
        """, cancel);

    // Of the envelope that the outbox writes.
    private static string PayloadOf(ConsumeContext context)
    {
        using var envelope = JsonDocument.Parse(context.ReceiveContext.Body.GetBytes());
        return envelope.RootElement.GetProperty("message").GetRawText();
    }
}

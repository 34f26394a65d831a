using LifeCircle.Contracts;
using LifeCircle.Contracts.Care;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Evaluation;

/// <summary>Writes a fact of a care order down with its offer. All events do the same, so this is the consumer of each.</summary>
internal sealed class EvaluationConsumer<TEvent>(OperatorsDbContext db) : IConsumer<TEvent> where TEvent : class, IIntegrationEvent
{
    public async Task Consume(ConsumeContext<TEvent> context)
    {
        var cancel = context.CancellationToken;
        await (context.Message switch
        {
            CareOrderOffered it => WriteAsync(new(it.OfferId, it.OrderId, it.OperatorId, it.Kind, it.DivisionCode), row => row.Take(it), cancel),
            CareOrderAccepted it => WriteAsync(new(it.OfferId, it.OrderId, it.OperatorId, it.Kind, it.DivisionCode), row => row.Take(it), cancel),
            CareOrderDeclined it => WriteAsync(new(it.OfferId, it.OrderId, it.OperatorId, it.Kind, it.DivisionCode), row => row.Take(it), cancel),
            CareOfferExpired it => WriteAsync(new(it.OfferId, it.OrderId, it.OperatorId, it.Kind, it.DivisionCode), row => row.Take(it), cancel),
            CareVisitStarted it => WriteAsync(new(it.OfferId, it.OrderId, it.OperatorId, it.Kind, it.DivisionCode), row => row.Take(it), cancel),
            CareOrderConfirmed it => WriteAsync(new(it.OfferId, it.OrderId, it.OperatorId, it.Kind, it.DivisionCode), row => row.Take(it), cancel),
            CareOrderCancelled it => WriteAsync(new(it.OfferId, it.OrderId, it.OperatorId, it.Kind, it.DivisionCode), row => row.Take(it), cancel),
            CareVisitRefuted it => WriteAsync(new(it.OfferId, it.OrderId, it.OperatorId, it.Kind, it.DivisionCode), row => row.Take(it), cancel),
            CareComplaintDecided it => WriteComplaintAsync(it, cancel),
            var other => throw new InvalidOperationException($"{other.GetType().Name} says nothing about an offer."),
        });
    }

    private async Task WriteAsync(Key key, Action<EvaluatedOffer> take, CancellationToken cancel)
    {
        if (key is not { OfferId: { } offer, OperatorId: { } who }) return; // no operator serves the order
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO evaluated_offer (offer_id, order_id, operator_id, kind, division_code,
              offered_version, answer_version, start_version, outcome_version, back_filled)
            VALUES ({offer}, {key.OrderId}, {who}, {key.Kind}, {key.DivisionCode}, 0, 0, 0, 0, false) ON CONFLICT DO NOTHING
            """, cancel);
        take(await db.Set<EvaluatedOffer>().FromSql($"SELECT * FROM evaluated_offer WHERE offer_id = {offer} FOR UPDATE").SingleAsync(cancel));
        await db.SaveChangesAsync(cancel);
    }

    private async Task WriteComplaintAsync(CareComplaintDecided fact, CancellationToken cancel)
    {
        if (fact.OfferId is not { } offer) return;
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO evaluated_complaint (complaint_id, offer_id, upheld, version, decided_at)
            VALUES ({fact.ComplaintId}, {offer}, {fact.Upheld}, {fact.Version}, {fact.At.ToUniversalTime()})
            ON CONFLICT (complaint_id) DO UPDATE SET upheld = excluded.upheld, version = excluded.version, decided_at = excluded.decided_at
            WHERE evaluated_complaint.version < excluded.version
            """, cancel);
    }

    private sealed record Key(Guid? OfferId, Guid OrderId, Guid? OperatorId, string Kind, string DivisionCode);
}

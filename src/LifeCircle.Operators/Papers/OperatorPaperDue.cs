using LifeCircle.Contracts;
using LifeCircle.Contracts.Operators;
using LifeCircle.Messaging;
using LifeCircle.Operators.Changes;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tokens.Withdrawals;
using LifeCircle.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Papers;

/// <summary>A timer of this service for itself: a paper ends, or will end soon. No other service listens to it.</summary>
/// <param name="OperatorId">The operator.</param>
/// <param name="Version">The operator's version when the timer was set.</param>
/// <param name="PaperId">The paper.</param>
/// <param name="WarnDays">The warning that is due; null: the paper has ended.</param>
/// <param name="At">The moment that it was set for.</param>
public sealed record OperatorPaperDue(Guid OperatorId, long Version, Guid PaperId, int? WarnDays, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => OperatorId;
    long IIntegrationEvent.AggregateVersion => Version;
}

internal static class PaperTimers
{
    /// <summary>Warnings come when offices open.</summary>
    private static readonly TimeSpan Morning = TimeSpan.FromHours(9);

    /// <summary>Sets the timers of a verified paper, with the next SaveChanges.</summary>
    public static void SchedulePaper(this OperatorsDbContext db, Operator holder, Paper paper, DateTimeOffset now)
    {
        if (paper.ValidUntil == DateOnly.MaxValue) return; // it does not end
        Schedule(DistrictDay.Begins(paper.ValidUntil.AddDays(1)), null);
        foreach (var days in RequiredPapers.WarningDays) Schedule(DistrictDay.Begins(paper.ValidUntil.AddDays(-days)) + Morning, days);

        void Schedule(DateTimeOffset at, int? days)
        {
            if (at > now) db.Schedule(new OperatorPaperDue(holder.Id, holder.Version, paper.Id, days, at), at);
        }
    }
}

/// <summary>Suspends the operator or warns it, if that is still what its papers say.</summary>
internal sealed class OperatorPaperDueConsumer(OperatorsDbContext db, TimeProvider clock) : IConsumer<OperatorPaperDue>
{
    public async Task Consume(ConsumeContext<OperatorPaperDue> context)
    {
        var (due, cancel) = (context.Message, context.CancellationToken);
        var holder = await db.Set<Operator>().Include(row => row.Papers).SingleOrDefaultAsync(row => row.Id == due.OperatorId, cancel);
        // The clock of the replica that sent the timer may be ahead of ours; a timer that came too early would never come again.
        var now = clock.GetUtcNow() > due.At ? clock.GetUtcNow() : due.At;
        IIntegrationEvent? fact = due.WarnDays is { } days ? holder?.Warn(due.PaperId, days, now) : holder?.KeepTime(now);
        if (fact is null) return;
        db.Publish(fact);
        db.Record(holder!);
        await db.SaveChangesAsync(cancel);
        if (fact is OperatorSuspended) await WithdrawnClient.WithdrawTokensAsync(db, holder!.Id, now, cancel); // in the inbox's transaction
    }
}

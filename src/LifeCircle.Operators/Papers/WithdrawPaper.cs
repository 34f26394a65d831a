using LifeCircle.Messaging;
using LifeCircle.Operators.Changes;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tokens.Withdrawals;
using LifeCircle.Operators.Vetting;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Papers;

/// <summary>The issuer of a verified paper has revoked it. An operator that may not serve without it is suspended at once.</summary>
public static class WithdrawPaper
{
    /// <summary>Counts a verified paper no more.</summary>
    /// <inheritdoc cref="DecidePaper.Verify" path="/param"/>
    public static async Task<OkVersioned<PaperAnswer>> Handle(
        Guid id, Guid paperId, DecisionRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var holder = await db.TakeForReviewAsync(id, caller, ifMatch, cancel);
        var (paper, now) = (holder.PaperOf(paperId), clock.GetUtcNow());
        holder.Withdraw(paper, request.Read(caller), now);
        if (holder.KeepTime(now) is { } suspended)
        {
            db.Publish(suspended);
            await WithdrawnClient.WithdrawTokensAsync(db, id, now, cancel);
        }
        db.Record(holder);
        await db.SaveChangesAsync(cancel);
        return ETags.Ok(PaperAnswer.Of(paper), holder.Version);
    }
}

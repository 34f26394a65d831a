using LifeCircle.Operators.Changes;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Vetting;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Papers;

/// <summary>A reviewer has compared a paper with the original or the issuer's register.</summary>
public static class DecidePaper
{
    /// <summary>Finds a paper genuine.</summary>
    /// <param name="id">The operator.</param>
    /// <param name="paperId">The paper.</param>
    /// <param name="request">Who decided, and why.</param>
    /// <param name="ifMatch">The operator's version.</param>
    /// <param name="caller">A system of the district.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancel">Gives up.</param>
    public static Task<OkVersioned<PaperAnswer>> Verify(
        Guid id, Guid paperId, DecisionRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel) =>
        DecideAsync(id, paperId, isGenuine: true, request, ifMatch, caller, db, clock.GetUtcNow(), cancel);

    /// <summary>Does not find a paper genuine.</summary>
    /// <inheritdoc cref="Verify" path="/param"/>
    public static Task<OkVersioned<PaperAnswer>> Reject(
        Guid id, Guid paperId, DecisionRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel) =>
        DecideAsync(id, paperId, isGenuine: false, request, ifMatch, caller, db, clock.GetUtcNow(), cancel);

    private static async Task<OkVersioned<PaperAnswer>> DecideAsync(
        Guid id, Guid paperId, bool isGenuine, DecisionRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, DateTimeOffset now,
        CancellationToken cancel)
    {
        var shown = await db.TakeForReviewAsync(id, caller, ifMatch, cancel);
        var paper = shown.PaperOf(paperId);
        shown.Decide(paper, isGenuine, request.Read(caller), now);
        if (isGenuine) db.SchedulePaper(shown, paper, now);
        db.Record(shown);
        await db.SaveChangesAsync(cancel);
        return ETags.Ok(PaperAnswer.Of(paper), shown.Version);
    }
}

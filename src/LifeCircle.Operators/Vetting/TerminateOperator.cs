using LifeCircle.Operators.Offerings;
using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Vetting;

/// <summary>The district parts with an operator for good; what it offered is withdrawn.</summary>
public static class TerminateOperator
{
    public static async Task<OkVersioned<OperatorAnswer>> Handle(
        Guid id, DecisionRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        await db.ChangeHeldAsync(id, cancel);
        var reviewed = await db.TakeForReviewAsync(id, caller, ifMatch, cancel);
        var now = clock.GetUtcNow();
        var fact = reviewed.Terminate(request.Read(caller), now);
        await db.WithdrawOfferingsAsync(reviewed, now, cancel);
        return await db.CommitAsync(reviewed, fact, cancel);
    }
}

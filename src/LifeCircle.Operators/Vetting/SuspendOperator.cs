using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Vetting;

/// <summary>An operator may not serve until it is reinstated; its tokens are refused everywhere within a minute.</summary>
public static class SuspendOperator
{
    public static async Task<OkVersioned<OperatorAnswer>> Handle(
        Guid id, DecisionRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var reviewed = await db.TakeForReviewAsync(id, caller, ifMatch, cancel);
        return await db.CommitWithdrawingAsync(reviewed, reviewed.Suspend(request.Read(caller), clock.GetUtcNow()), cancel);
    }
}

using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Vetting;

/// <summary>A suspended operator may serve again, as it did before.</summary>
public static class ReinstateOperator
{
    public static async Task<OkVersioned<OperatorAnswer>> Handle(
        Guid id, DecisionRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var reviewed = await db.TakeForReviewAsync(id, caller, ifMatch, cancel);
        return await db.CommitAsync(reviewed, reviewed.Reinstate(request.Read(caller), clock.GetUtcNow()), cancel);
    }
}

using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Vetting;

/// <summary>An application comes to nothing; the body may apply anew.</summary>
public static class RefuseOperator
{
    public static async Task<OkVersioned<OperatorAnswer>> Handle(
        Guid id, DecisionRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var reviewed = await db.TakeForReviewAsync(id, caller, ifMatch, cancel);
        reviewed.Refuse(request.Read(caller), clock.GetUtcNow());
        return await db.CommitAsync(reviewed, fact: null, cancel);
    }
}

using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Vetting;

/// <summary>An operator has passed its probation.</summary>
public static class ConfirmOperator
{
    public static async Task<OkVersioned<OperatorAnswer>> Handle(
        Guid id, DecisionRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var reviewed = await db.TakeForReviewAsync(id, caller, ifMatch, cancel);
        return await db.CommitAsync(reviewed, reviewed.Confirm(request.Read(caller), clock.GetUtcNow()), cancel);
    }
}

using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Vetting;

/// <summary>A reviewer takes an application up.</summary>
public static class StartReview
{
    public static async Task<OkVersioned<OperatorAnswer>> Handle(
        Guid id, DecisionRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var reviewed = await db.TakeForReviewAsync(id, caller, ifMatch, cancel);
        reviewed.StartReview(request.Read(caller), clock.GetUtcNow());
        return await db.CommitAsync(reviewed, fact: null, cancel);
    }
}

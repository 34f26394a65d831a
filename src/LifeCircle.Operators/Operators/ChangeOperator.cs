using LifeCircle.Operators.Vetting;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Operators;

/// <summary>Replaces what is known about an operator; kinds and divisions only until its review has ended.</summary>
public static class ChangeOperator
{
    public static async Task<OkVersioned<OperatorAnswer>> Handle(
        Guid id, OperatorRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var found = await db.TakeForReviewAsync(id, caller, ifMatch, cancel);
        found.Change(request.Read(caller), new Decision("applicant", "Change of particulars", caller.ClientId), clock.GetUtcNow());
        return await db.CommitAsync(found, fact: null, cancel);
    }
}

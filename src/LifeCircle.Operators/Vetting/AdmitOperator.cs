using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Vetting;

/// <summary>Who admitted it, why, and for how long it is watched.</summary>
public sealed record AdmitOperatorRequest : DecisionRequest
{
    /// <summary>Last day of the probation, within two years.</summary>
    public required DateOnly ProbationUntil { get; init; }
}

/// <summary>An approved operator serves residents from now on, on probation.</summary>
public static class AdmitOperator
{
    public static async Task<OkVersioned<OperatorAnswer>> Handle(
        Guid id, AdmitOperatorRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var reviewed = await db.TakeForReviewAsync(id, caller, ifMatch, cancel);
        return await db.CommitAsync(reviewed, reviewed.Admit(request.ProbationUntil, request.Read(caller), clock.GetUtcNow()), cancel);
    }
}

using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Vetting;

/// <summary>Who approved, why, and what a district system may do.</summary>
public sealed record ApproveOperatorRequest : DecisionRequest
{
    /// <summary>Of a district system: what its clients may do. Left out for a third party, whose scopes follow from its kinds of service.</summary>
    [Count(0, 50)]
    public IReadOnlyList<string>? Scopes { get; init; }
}

/// <summary>An application has passed: every paper that its services need is verified and valid.</summary>
public static class ApproveOperator
{
    public static async Task<OkVersioned<OperatorAnswer>> Handle(
        Guid id, ApproveOperatorRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var reviewed = await db.TakeForReviewAsync(id, caller, ifMatch, cancel);
        if (request.Scopes?.Except(caller.Scopes).Any() is true) throw new RuleBroken(OperatorsRules.ScopeNotHeld, "scopes");
        return await db.CommitAsync(reviewed, reviewed.Approve(request.Scopes ?? [], request.Read(caller), clock.GetUtcNow()), cancel);
    }
}

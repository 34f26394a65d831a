using LifeCircle.Operators.Offerings;
using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Vetting;

/// <summary>Who decided, why, and what the operator may do and where from now on.</summary>
public sealed record ExtendOperatorRequest : DecisionRequest
{
    /// <summary>Codes of all kinds of service that it may deliver; none for a district system.</summary>
    [Count(0, 20)]
    public required IReadOnlyList<string> Kinds { get; init; }

    /// <summary>Everywhere that it may serve: codes of 6, 9 or 12 digits.</summary>
    [Count(1, OperatorDetails.MaximumDivisions)]
    public required IReadOnlyList<string> DivisionCodes { get; init; }

    /// <summary>Of a district system: all that its clients may do.</summary>
    [Count(0, 50)]
    public IReadOnlyList<string>? Scopes { get; init; }
}

/// <summary>
/// An approved operator may deliver other kinds of service, or elsewhere. If it may do less than before, its tokens are taken back, and what it
/// offered beyond that is withdrawn.
/// </summary>
public static class ExtendOperator
{
    public static async Task<OkVersioned<OperatorAnswer>> Handle(
        Guid id, ExtendOperatorRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        await db.ChangeHeldAsync(id, cancel);
        var reviewed = await db.TakeForReviewAsync(id, caller, ifMatch, cancel);
        if (request.Scopes?.Except(caller.Scopes).Any() is true) throw new RuleBroken(OperatorsRules.ScopeNotHeld, "scopes");
        var details = new OperatorRequest { LegalName = reviewed.LegalName, Kinds = request.Kinds, DivisionCodes = request.DivisionCodes }.Read(caller);
        var (now, scopes, divisions) = (clock.GetUtcNow(), reviewed.Scopes, reviewed.DivisionCodes);
        var fact = reviewed.Extend(details, request.Scopes ?? [], request.Read(caller), now);
        await db.WithdrawUncoveredAsync(reviewed, now, cancel);
        var losesNothing = !scopes.Except(reviewed.Scopes).Any() && divisions.All(reviewed.ServesAllOf);
        return losesNothing ? await db.CommitAsync(reviewed, fact, cancel) : await db.CommitWithdrawingAsync(reviewed, fact, cancel);
    }
}

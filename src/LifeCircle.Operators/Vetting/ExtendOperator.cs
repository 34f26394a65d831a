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

/// <summary>An approved operator may deliver other kinds of service, or elsewhere; what it offered beyond that is withdrawn.</summary>
public static class ExtendOperator
{
    public static async Task<OkVersioned<OperatorAnswer>> Handle(
        Guid id, ExtendOperatorRequest request, IfMatch ifMatch, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        await db.ChangeHeldAsync(id, cancel);
        var reviewed = await db.TakeForReviewAsync(id, caller, ifMatch, cancel);
        var details = new OperatorRequest { LegalName = reviewed.LegalName, Kinds = request.Kinds, DivisionCodes = request.DivisionCodes }.Read(caller);
        var now = clock.GetUtcNow();
        var fact = reviewed.Extend(details, request.Scopes ?? [], request.Read(caller), now);
        await db.WithdrawUncoveredAsync(reviewed, now, cancel);
        return await db.CommitAsync(reviewed, fact, cancel);
    }
}

using LifeCircle.Operators.Offerings.Terms;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Places;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Offerings;

/// <summary>What an operator is going to provide.</summary>
public sealed record CreateOfferingRequest : OfferingRequest
{
    /// <summary>Who provides it: given by the district's systems; left out by an operator's own clients.</summary>
    public Guid? OperatorId { get; init; }
}

/// <summary>An operator, or the district's service window for it, drafts an offering. Nobody else sees it before it is published.</summary>
public static class CreateOffering
{
    /// <summary>Drafts and published ones: a termination withdraws them in one transaction.</summary>
    private const int MaximumOfferings = 200;

    public static async Task<CreatedVersioned<OfferingAnswer>> Handle(
        CreateOfferingRequest request, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        if (caller.OperatorId is { } self && request.OperatorId is { } other && other != self) throw new RuleBroken(OperatorsRules.DistrictOnly, "operator_id");
        var id = caller.OperatorId ?? request.OperatorId
            ?? throw new RuleBroken(OperatorsRules.ValueInvalid, "operator_id", "Say whose offering it is.", "须指明运营方。");
        await db.ChangeHeldAsync(id, cancel); // a termination, and another draft of it, must not pass between the looks below and the commit
        var provider = await db.Set<Operator>().AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel)
            ?? throw new RuleBroken(OperatorsRules.OperatorNotFound, "operator_id");
        if (await db.Set<Offering>().CountAsync(row => row.OperatorId == id && row.State != OfferingState.Withdrawn, cancel) >= MaximumOfferings)
            throw new RuleBroken(OfferingRules.TooMany);
        var terms = request.Read();
        var draft = Offering.Draft(provider, terms, await KnownPlaces.OfAsync(db, [terms], cancel), clock.GetUtcNow());
        caller.RequireAreaOf(draft);
        db.Add(draft);
        await db.SaveChangesAsync(cancel);
        return ETags.Created($"/operators/v1/offerings/{draft.Id}", OfferingAnswer.Of(draft), draft.Version);
    }
}

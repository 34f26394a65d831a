using LifeCircle.Operators.Changes;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Vetting;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Papers;

/// <summary>A licence or an insurance, as it is printed.</summary>
public sealed record SubmitPaperRequest
{
    /// <summary>Which.</summary>
    public required PaperType Type { get; init; }

    /// <summary>As printed on it.</summary>
    [TextLength(1, 100)]
    public required string Number { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>Last day, in the district's zone. Of one without an end: 9999-12-31.</summary>
    public required DateOnly ValidUntil { get; init; }

    /// <summary>Where the scan is kept: an address or a number in the document system.</summary>
    [TextLength(1, 500)]
    public required string ScanReference { get; init; }
}

/// <summary>An operator, or the district's service window for it, shows a paper. A renewal is submitted as another paper.</summary>
public static class SubmitPaper
{
    private const int MaximumPapers = 200;

    public static async Task<CreatedVersioned<PaperAnswer>> Handle(
        Guid id, SubmitPaperRequest request, Caller caller, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var shown = await db.Set<Operator>().Include(row => row.Papers).VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel)
            ?? throw new RuleBroken(OperatorsRules.OperatorNotFound);
        if (caller.OperatorId is null) caller.RequireDistrict(shown.DivisionCodes);
        if (shown.Papers.Count >= MaximumPapers) throw new RuleBroken(OperatorsRules.TooManyPapers);
        var paper = shown.Submit(
            new(request.Type, request.Number, request.ValidFrom, request.ValidUntil, request.ScanReference),
            new Decision("applicant", WireNames.Of(request.Type), caller.ClientId), clock.GetUtcNow());
        db.Record(shown);
        await db.SaveChangesAsync(cancel);
        return ETags.Created($"/operators/v1/operators/{id}/papers/{paper.Id}", PaperAnswer.Of(paper), shown.Version);
    }
}

using System.Text.Json;
using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Vetting;

/// <summary>A step of an operator's way.</summary>
/// <param name="Version">The operator's version that it made.</param>
/// <param name="Verb">What happened.</param>
/// <param name="From">The state before; absent for the application.</param>
/// <param name="To">The state after.</param>
/// <param name="Reviewer">Who decided; absent for the operator's own clients.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When.</param>
/// <param name="Particulars">What the operator was as of this step.</param>
public sealed record StepAnswer(
    long Version, VettingVerb Verb, OperatorState? From, OperatorState To, string? Reviewer, string Reason, DateTimeOffset At, StepParticulars Particulars);

/// <summary>All that ever happened to an operator, in order.</summary>
public static class ListHistory
{
    /// <summary>Lists the steps of an operator.</summary>
    /// <param name="id">The operator.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own operator, or those of its division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<StepAnswer>> Handle(Guid id, PageRequest page, Caller caller, OperatorsDbContext db, CancellationToken cancel)
    {
        if (!await db.Set<Operator>().VisibleTo(caller).AnyAsync(row => row.Id == id, cancel)) throw new RuleBroken(OperatorsRules.OperatorNotFound);
        var rows = db.Set<VettingStep>().AsNoTracking().Where(row => row.OperatorId == id);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Version > after.Version);
        var found = await rows.OrderBy(row => row.Version).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(row => new StepAnswer(
            row.Version, row.Verb, row.From, row.To, caller.OperatorId is null ? row.Reviewer : null, row.Reason, row.At,
            JsonSerializer.Deserialize<StepParticulars>(row.Particulars, Json.Options)!))], page, item => new After(item.Version));
    }

    private sealed record After(long Version);
}

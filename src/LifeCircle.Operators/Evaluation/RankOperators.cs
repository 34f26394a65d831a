using LifeCircle.Operators.Kinds;
using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LifeCircle.Operators.Evaluation;

/// <summary>An operator among those that deliver the same in the same place.</summary>
/// <param name="Place">1 is the best; operators with the same score share the better place. Absent of an insufficient sample.</param>
/// <param name="Ranked">How many operators have a place.</param>
/// <param name="State">Where it is now on its way through the vetting; absent of one that is not in the register.</param>
/// <param name="Scorecard">What it rests on.</param>
public sealed record RankedAnswer(int? Place, int Ranked, OperatorState? State, ScorecardAnswer Scorecard);

/// <summary>Whom a ranking compares.</summary>
public enum RankedAmong
{
    /// <summary>Operators that may serve now, on probation or active: from these one selects.</summary>
    Serving,

    /// <summary>All that did something in the month, also those that are suspended or terminated since.</summary>
    All,
}

/// <summary>For selecting operators: those that did something in a month, by what they did.</summary>
public static class RankOperators
{
    /// <summary>Ranks the operators of a month.</summary>
    /// <param name="kind">The kind of service.</param>
    /// <param name="month">The month, as <c>2026-03</c>.</param>
    /// <param name="division">By orders in this district or street only: 6 or 9 digits. Without it, in the caller's division.</param>
    /// <param name="among">Whom to compare; without it, those that serve now. A place is one among these, and moves when another one is suspended.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">An operator's client sees its own operator only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="options">How operators are evaluated.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<RankedAnswer>> Handle(
        string kind, [Matches(Months.Pattern)] string month, [Matches(@"^[0-9]{6}([0-9]{3})?$")] string? division, RankedAmong? among,
        PageRequest page, Caller caller, OperatorsDbContext db, IOptions<EvaluationOptions> options, CancellationToken cancel)
    {
        ServiceKinds.Require(kind, "kind");
        division = caller.DivisionFor(division);
        var (first, how) = (Months.Parse(month), options.Value);
        var end = first.AddMonths(1);
        var tallies = await Tally.CountAsync(db, null, kind, first, end, TimeSpan.FromMinutes(how.ToleranceMinutes), how.MinimumRatings, cancel);
        var district = await DistrictRatings.CountAsync(db, kind, first, end, how.MinimumRatings, cancel);
        var states = await StatesAsync(db, [.. tallies.Select(tally => tally.OperatorId).Distinct()], cancel);
        var cards = new Scorecard(how, division).Of(tallies, district);
        if (among is null or RankedAmong.Serving)
            cards = cards.Where(card => states.GetValueOrDefault(card.OperatorId) is OperatorState.Probation or OperatorState.Active);
        var ranked = Rank([.. cards], states);
        if (caller.OperatorId is { } self) ranked = ranked.Where(row => row.Scorecard.OperatorId == self);
        if (page.After<After>() is { } after) ranked = ranked.Where(row => PositionOf(row).CompareTo((after.Place, after.OperatorId)) > 0);
        return Paging.Ok([.. ranked.OrderBy(PositionOf).Take(page.Limit + 1)], page, row => new After(PositionOf(row).Place, row.Scorecard.OperatorId));
    }

    private static Task<Dictionary<Guid, OperatorState?>> StatesAsync(OperatorsDbContext db, Guid[] operators, CancellationToken cancel) =>
        db.Set<Operator>().Where(row => operators.Contains(row.Id)).Select(row => new { row.Id, State = (OperatorState?)row.State })
            .ToDictionaryAsync(row => row.Id, row => row.State, cancel);

    private static IEnumerable<RankedAnswer> Rank(IReadOnlyList<ScorecardAnswer> cards, Dictionary<Guid, OperatorState?> states)
    {
        double[] scores = [.. from card in cards where card.Score is not null select card.Score!.Value];
        return cards.Select(card => new RankedAnswer(
            card.Score is { } score ? 1 + scores.Count(other => other > score) : null, scores.Length, states.GetValueOrDefault(card.OperatorId), card));
    }

    // Those without a place come last.
    private static (int Place, Guid OperatorId) PositionOf(RankedAnswer row) => (row.Place ?? int.MaxValue, row.Scorecard.OperatorId);

    private sealed record After(int Place, Guid OperatorId);
}

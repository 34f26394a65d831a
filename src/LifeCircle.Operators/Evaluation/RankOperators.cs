using LifeCircle.Operators.Kinds;
using LifeCircle.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace LifeCircle.Operators.Evaluation;

/// <summary>An operator among those that deliver the same in the same place.</summary>
/// <param name="Place">1 is the best; operators with the same score share the better place. Absent of an insufficient sample.</param>
/// <param name="Ranked">How many operators have a place.</param>
/// <param name="Scorecard">What it rests on.</param>
public sealed record RankedAnswer(int? Place, int Ranked, ScorecardAnswer Scorecard);

/// <summary>
/// For selecting operators: all that did something in a month, by what they did. Whether one may serve now is said by its state in the register.
/// </summary>
public static class RankOperators
{
    /// <summary>Ranks the operators of a month.</summary>
    /// <param name="kind">The kind of service.</param>
    /// <param name="month">The month, as <c>2026-03</c>.</param>
    /// <param name="division">By orders in this district or street only: 6 or 9 digits. Without it, in the caller's division.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">An operator's client sees its own operator only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="options">How operators are evaluated.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<RankedAnswer>> Handle(
        string kind, [Matches(Months.Pattern)] string month, [Matches(@"^[0-9]{6}([0-9]{3})?$")] string? division, PageRequest page,
        Caller caller, OperatorsDbContext db, IOptions<EvaluationOptions> options, CancellationToken cancel)
    {
        ServiceKinds.Require(kind, "kind");
        division = caller.DivisionFor(division);
        var (first, how) = (Months.Parse(month), options.Value);
        var end = first.AddMonths(1);
        var tallies = await Tally.CountAsync(db, null, kind, first, end, TimeSpan.FromMinutes(how.ToleranceMinutes), how.MinimumRatings, cancel);
        var district = await DistrictRatings.CountAsync(db, kind, first, end, how.MinimumRatings, cancel);
        var ranked = Rank([.. new Scorecard(how, division).Of(tallies, district)]);
        if (caller.OperatorId is { } self) ranked = ranked.Where(row => row.Scorecard.OperatorId == self);
        if (page.After<After>() is { } after) ranked = ranked.Where(row => PositionOf(row).CompareTo((after.Place, after.OperatorId)) > 0);
        return Paging.Ok([.. ranked.OrderBy(PositionOf).Take(page.Limit + 1)], page, row => new After(PositionOf(row).Place, row.Scorecard.OperatorId));
    }

    private static IEnumerable<RankedAnswer> Rank(IReadOnlyList<ScorecardAnswer> cards)
    {
        double[] scores = [.. from card in cards where card.Score is not null select card.Score!.Value];
        return cards.Select(card => new RankedAnswer(
            card.Score is { } score ? 1 + scores.Count(other => other > score) : null, scores.Length, card));
    }

    // Those without a place come last.
    private static (int Place, Guid OperatorId) PositionOf(RankedAnswer row) => (row.Place ?? int.MaxValue, row.Scorecard.OperatorId);

    private sealed record After(int Place, Guid OperatorId);
}

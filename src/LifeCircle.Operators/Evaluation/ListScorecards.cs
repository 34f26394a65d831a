using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LifeCircle.Operators.Evaluation;

/// <summary>How an operator did.</summary>
/// <param name="Items">The latest month first, by kind of service within it.</param>
public sealed record ScorecardsAnswer(IReadOnlyList<ScorecardAnswer> Items);

/// <summary>An operator's cards by month and kind of service.</summary>
public static class ListScorecards
{
    public const int MaximumMonths = 24;
    private const int MonthsUnasked = 12;

    /// <summary>Lists the cards of an operator.</summary>
    /// <param name="id">The operator.</param>
    /// <param name="from">First month, as <c>2026-01</c>; without it, the twelve months until the end.</param>
    /// <param name="until">First month after the last; without it, the next one. At most 24 months.</param>
    /// <param name="division">Only orders in this district or street: 6 or 9 digits. Without it, those in the caller's division.</param>
    /// <param name="caller">Sees its own operator, or those of its division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="options">How operators are evaluated.</param>
    /// <param name="clock">Tells the month.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Ok<ScorecardsAnswer>> Handle(
        Guid id, [Matches(Months.Pattern)] string? from, [Matches(Months.Pattern)] string? until, [Matches(@"^[0-9]{6}([0-9]{3})?$")] string? division,
        Caller caller, OperatorsDbContext db, IOptions<EvaluationOptions> options, TimeProvider clock, CancellationToken cancel)
    {
        if (!await db.Set<Operator>().VisibleTo(caller).AnyAsync(row => row.Id == id, cancel))
            throw new RuleBroken(OperatorsRules.OperatorNotFound);
        division = caller.DivisionFor(division);
        var (first, end) = Period(from, until, DistrictDay.Of(clock.GetUtcNow()));
        var how = options.Value;
        var tallies = await Tally.CountAsync(db, id, null, first, end, TimeSpan.FromMinutes(how.ToleranceMinutes), how.MinimumRatings, cancel);
        var district = await DistrictRatings.CountAsync(db, null, first, end, how.MinimumRatings, cancel);
        return TypedResults.Ok(new ScorecardsAnswer([.. new Scorecard(how, division).Of(tallies, district)
            .OrderByDescending(card => card.Month, StringComparer.Ordinal).ThenBy(card => card.Kind, StringComparer.Ordinal)]));
    }

    private static (DateOnly First, DateOnly End) Period(string? from, string? until, DateOnly today)
    {
        var end = until is null ? new DateOnly(today.Year, today.Month, 1).AddMonths(1) : Months.Parse(until);
        var first = from is null ? end.AddMonths(-MonthsUnasked) : Months.Parse(from);
        if (first < end && end <= first.AddMonths(MaximumMonths)) return (first, end);
        throw new RuleBroken(Problems.Invalid, "until",
            $"It must lie after the first month, and by {MaximumMonths} months at the most.", $"须晚于起始月份，且最多相隔 {MaximumMonths} 个月。");
    }
}

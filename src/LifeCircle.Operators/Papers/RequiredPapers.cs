using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Papers;

/// <summary>Whether an operator has, on a day, every paper that its services need.</summary>
/// <param name="required">The types that it needs.</param>
/// <param name="papers">All that it has shown.</param>
internal sealed class RequiredPapers(IReadOnlyCollection<PaperType> required, IReadOnlyCollection<Paper> papers)
{
    /// <summary>How long before the end of the last paper of a type a warning is due; days.</summary>
    public static IReadOnlyList<int> WarningDays { get; } = [30, 7, 1];

    /// <summary>The types of which no verified paper is valid on that day.</summary>
    public IReadOnlyList<PaperType> MissingOn(DateOnly day) => [.. required.Where(type => LastCoveredDay(type, day) is null)];

    /// <exception cref="RuleBroken">Naming the missing types.</exception>
    public void RequireOn(DateOnly day)
    {
        if (MissingOn(day) is not { Count: > 0 } missing) return;
        var types = string.Join(", ", missing.Select(WireNames.Of));
        throw new RuleBroken(OperatorsRules.PapersMissing, "papers", $"Missing, not verified or not valid: {types}.", $"缺少、未核验或已失效：{types}。");
    }

    /// <summary>The last day on which the type is covered without a gap from that day on; null if that day is not.</summary>
    public DateOnly? LastCoveredDay(PaperType type, DateOnly day)
    {
        var last = day;
        while (papers.Where(paper => paper.Type == type && paper.Covers(last)).Select(paper => paper.ValidUntil).DefaultIfEmpty(DateOnly.MinValue).Max() is var until
            && until >= last)
        {
            if (until == DateOnly.MaxValue) return until;
            last = until.AddDays(1);
        }
        return last == day ? null : last.AddDays(-1);
    }

    /// <summary>
    /// Whether it is needed, and is the last of its type: nothing that is known of on that day goes on after it. Of several that end together it is one
    /// alone, so that one warning is given for them.
    /// </summary>
    public bool EndsWith(Paper paper, DateOnly day) => required.Contains(paper.Type) && LastCoveredDay(paper.Type, day) == paper.ValidUntil
        && papers.Where(other => other.Type == paper.Type && other.Covers(paper.ValidUntil)).MinBy(other => other.Id) == paper;

    /// <summary>Days left at the warning that follows; -1 after the last.</summary>
    public static int NextWarningAfter(int days) => WarningDays.Where(later => later < days).DefaultIfEmpty(-1).Max();
}

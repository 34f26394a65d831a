using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings.Making;
using LifeCircle.Venues.Calendars;
using LifeCircle.Venues.Persons;

namespace LifeCircle.Venues.Series;

/// <summary>A recurring booking. Its slot is the first occurrence; the others are at the same time of other days.</summary>
public sealed record SeriesRequest : SlotRequest
{
    internal const int LongestRule = 200;

    /// <summary>Occurrences at the most.</summary>
    internal const int MostOccurrences = 60;

    // What is later than this can be booked nowhere.
    private const int LatestDays = 2 * 366;

    /// <summary>Who books, and leads the group if it is one.</summary>
    public required PersonRequest Person { get; init; }

    /// <summary>On which days: an RRULE of RFC 5545 by days with COUNT or UNTIL, at most 60 days, such as <c>FREQ=WEEKLY;COUNT=12</c>.</summary>
    [TextLength(1, LongestRule)]
    public required string Repeats { get; init; }

    /// <summary>Days of the rule that are left out.</summary>
    [Count(0, 60)]
    public IReadOnlyList<DateOnly> Except { get; init; } = [];

    /// <summary>What is booked if not all can be had.</summary>
    public required SeriesPolicy Policy { get; init; }

    /// <summary>True: answers what would be booked, and books nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(SeriesRequest);

    /// <summary>Its occurrences, in the order of time. Those later than two years are none.</summary>
    /// <exception cref="RuleBroken">The rule cannot be read, does not end, or names too many days.</exception>
    internal IReadOnlyList<SeriesRequest> Occurrences()
    {
        RequireInterval();
        var first = DistrictDay.Of(From);
        if (first.Year is < 2020 or > 2100) throw new RuleBroken(VenuesRules.ValueInvalid, "from", "The year must be from 2020 to 2100.", "年份须在 2020 到 2100 之间。");
        RecurringDays.Require(Repeats, first, "repeats");
        if (!Repeats.Contains("COUNT=", StringComparison.Ordinal) && !Repeats.Contains("UNTIL=", StringComparison.Ordinal))
            throw new RuleBroken(SeriesRules.Endless, "repeats");
        var days = new RecurringDays(Repeats, first, Except);
        if (!days.Contains(first)) throw new RuleBroken(SeriesRules.FirstDay, "from");
        var found = Enumerable.Range(0, LatestDays).Where(day => days.Contains(first.AddDays(day))).Take(MostOccurrences + 1).ToList();
        if (found.Count < 2) throw new RuleBroken(VenuesRules.ValueInvalid, "repeats", "It must name two days at the least.", "须至少包含两个日期。");
        if (found.Count > MostOccurrences)
            throw new RuleBroken(SeriesRules.TooLong, "repeats", $"{MostOccurrences} at the most.", $"最多 {MostOccurrences} 次。");
        return found.ConvertAll(day => this with { From = From.AddDays(day), Until = Until.AddDays(day) }); // no summer time in the district
    }
}

using System.Globalization;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Schedules;

/// <summary>A span of one day by the district's clocks.</summary>
public sealed record DaySpan
{
    private const string Midnight = "24:00";

    /// <summary>First minute, e.g. 17:30.</summary>
    [Matches("^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    public required string From { get; init; }

    /// <summary>The minute behind the last, e.g. 20:00; 24:00 for the end of the day.</summary>
    [Matches("^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
    public required string Until { get; init; }

    internal Minutes Minutes => new(MinutesOf(From), MinutesOf(Until));

    /// <exception cref="RuleBroken">It ends before it begins.</exception>
    internal void RequireOrder(string field)
    {
        if (Minutes.IsEmpty) throw new RuleBroken(VenuesRules.ValueInvalid, $"{field}.until", "It must be later than from.", "结束时间须晚于开始时间。");
    }

    /// <exception cref="RuleBroken">One ends before it begins, or meets another.</exception>
    internal static void RequireOrder(IReadOnlyList<DaySpan> spans, string field)
    {
        foreach (var (place, span) in spans.Index())
        {
            span.RequireOrder($"{field}[{place}]");
            if (spans.Take(place).Any(other => other.Minutes.Meets(span.Minutes)))
                throw new RuleBroken(VenuesRules.ValueInvalid, $"{field}[{place}]", "It meets another span.", "与其他时段重叠。");
        }
    }

    private static int MinutesOf(string text) => text == Midnight
        ? 24 * 60
        : (int)TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture).ToTimeSpan().TotalMinutes;
}

/// <summary>Minutes of one day by the district's clocks, [from, until), from 0 to 1440.</summary>
internal readonly record struct Minutes(int From, int Until)
{
    public static readonly Minutes WholeDay = new(0, 24 * 60);

    public bool IsEmpty => From >= Until;

    public bool Meets(Minutes other) => From < other.Until && other.From < Until;

    public bool Holds(int minute) => From <= minute && minute < Until;

    /// <summary>Spans in order, those that touch made one: nobody has to leave in between.</summary>
    public static List<Minutes> Joined(IEnumerable<Minutes> spans)
    {
        var joined = new List<Minutes>();
        foreach (var span in spans)
            if (joined is [.., var before] && before.Until == span.From) joined[^1] = new(before.From, span.Until);
            else joined.Add(span);
        return joined;
    }

    /// <summary>What is left of these spans without others.</summary>
    public static List<Minutes> Without(IEnumerable<Minutes> spans, IEnumerable<Minutes> taken)
    {
        var left = spans.ToList();
        foreach (var gone in taken)
            left = [.. left.SelectMany(span => span.Meets(gone)
                ? (IEnumerable<Minutes>)[new(span.From, Math.Min(span.Until, gone.From)), new(Math.Max(span.From, gone.Until), span.Until)]
                : [span]).Where(span => !span.IsEmpty)];
        return left;
    }
}

/// <summary>A span of time, [from, until), in UTC.</summary>
internal readonly record struct Span(DateTimeOffset From, DateTimeOffset Until)
{
    public bool Meets(Span other) => From < other.Until && other.From < Until;

    /// <summary>What of it lies on a day of the district, in minutes of that day.</summary>
    public Minutes On(DateOnly day)
    {
        var begins = DistrictDay.Begins(day);
        return new((int)Math.Floor(Minute(From)), (int)Math.Ceiling(Minute(Until)));

        double Minute(DateTimeOffset moment) => Math.Clamp((moment - begins).TotalMinutes, 0, 1440);
    }

    public static Span Of(DateOnly day, Minutes minutes) =>
        new(DistrictDay.Begins(day).AddMinutes(minutes.From), DistrictDay.Begins(day).AddMinutes(minutes.Until));
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Places;

/// <summary>
/// Reads the common part of OpenStreetMap's <c>opening_hours</c> notation
/// (wiki.openstreetmap.org/wiki/Key:opening_hours/specification), such as
/// <c>Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off</c>, <c>Nov-Mar Mo-Su 09:00-16:00</c> or <c>24/7</c>. What it does not know
/// (sunrise, week numbers, school holidays, comments, fallbacks) it refuses with a reason instead of guessing.
/// </summary>
public static partial class OpeningHoursText
{
    private const int MaximumLength = 1000;
    private const string MonthName = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
    // Not the hour of "Apr-Oct 08:00-18:00".
    private const string DayNumber = @"[0-3]?[0-9](?![0-9]|:[0-9])";
    private const string DayName = "(Mo|Tu|We|Th|Fr|Sa|Su)";
    private const string DayRange = $"({DayName}(-{DayName})?|PH)";

    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    private static readonly int[] MonthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    /// <summary>Reads the notation.</summary>
    /// <param name="text">The tag's value.</param>
    /// <param name="hours">The hours, verified; null when not understood.</param>
    /// <param name="reason">Why not understood, in English; null when understood.</param>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out OpeningHours? hours, [NotNullWhen(false)] out string? reason)
    {
        try
        {
            hours = Read(text ?? "").Check();
            reason = null;
            return true;
        }
        catch (NotUnderstood problem)
        {
            hours = null;
            reason = problem.Message;
            return false;
        }
        catch (RuleBroken problem)
        {
            hours = null;
            reason = string.Join(' ', problem.Errors.Select(error => error.English));
            return false;
        }
    }

    private static OpeningHours Read(string text)
    {
        if (text.Length > MaximumLength)
            throw new NotUnderstood($"Longer than {MaximumLength} characters.");
        if (text.Trim() == "24/7")
            return OpeningHours.RoundTheClock;

        var draft = new Draft();
        foreach (var rule in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            draft.Apply(ReadRule(rule));
        return draft.ToHours();
    }

    private static Rule ReadRule(string text)
    {
        var match = RulePattern().Match(text);
        if (!match.Success)
            throw new NotUnderstood($"'{text}' is not of the form [months] [days] times.");

        var season = match.Groups["season"].Success ? ReadSeason(match) : ((string, string)?)null;
        var (days, holidays) = ReadDays(match.Groups["days"].Value);
        var times = match.Groups["times"].Value;
        var spans = times switch
        {
            "off" or "closed" => [],
            // "Mo-Fr" alone means all day long.
            "24/7" or "" => [new ClockSpan("00:00", "24:00")],
            _ => times.Split(',', StringSplitOptions.TrimEntries).Select(ReadSpan).ToList(),
        };
        return new Rule(season, days, holidays, spans);
    }

    private static (string From, string To) ReadSeason(Match match)
    {
        var fromMonth = Month(match.Groups["from"].Value);
        var toMonth = match.Groups["to"].Success ? Month(match.Groups["to"].Value) : fromMonth;
        var hasDays = match.Groups["fromDay"].Success;
        var fromDay = hasDays ? Number(match.Groups["fromDay"].Value) : 1;
        // "Apr 01-15" stays in its month; "Apr 05" is one day; "Apr-Oct" ends with the month.
        var toDay = match.Groups["toDay"].Success ? Number(match.Groups["toDay"].Value)
            : hasDays && !match.Groups["to"].Success ? fromDay
            : hasDays ? throw new NotUnderstood($"'{match.Groups["season"].Value.Trim()}' ends without a day.")
            : MonthDays[toMonth - 1];
        return (Text(fromMonth, fromDay), Text(toMonth, toDay));

        static int Month(string name) => Array.IndexOf(Months, name) + 1;
        static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);
        static string Text(int month, int day) => string.Create(CultureInfo.InvariantCulture, $"{month:00}-{day:00}");
    }

    private static (HashSet<Weekday> Days, bool Holidays) ReadDays(string text)
    {
        var days = new HashSet<Weekday>();
        var holidays = false;
        foreach (var part in text.TrimEnd(':').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "PH")
            {
                holidays = true;
                continue;
            }

            var ends = part.Split('-');
            var (day, last) = (Enum.Parse<Weekday>(ends[0]), Enum.Parse<Weekday>(ends[^1]));
            for (days.Add(day); day != last; days.Add(day))
                day = day == Weekday.Su ? Weekday.Mo : day + 1;
        }

        // No day at all means every day; holidays alone mean no ordinary day.
        return (days.Count == 0 && !holidays ? [.. Enum.GetValues<Weekday>()] : days, holidays);
    }

    private static ClockSpan ReadSpan(string text)
    {
        var match = SpanPattern().Match(text);
        if (!match.Success)
            throw new NotUnderstood($"'{text}' is not a span of times.");
        var (from, to) = (Minutes(match, "fh", "fm"), Minutes(match, "th", "tm"));
        // 26:00 is 02:00 on the next day.
        if (to > Span.Day && to - Span.Day >= from)
            throw new NotUnderstood($"'{text}' does not fit a day.");
        return new ClockSpan(Text(from), Text(to > Span.Day ? to - Span.Day : to));

        static int Minutes(Match match, string hour, string minute) =>
            int.Parse(match.Groups[hour].Value, CultureInfo.InvariantCulture) * 60
            + int.Parse(match.Groups[minute].Value, CultureInfo.InvariantCulture);

        static string Text(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");
    }

    [GeneratedRegex(
        $@"^(?<season>(?<from>{MonthName})( (?<fromDay>{DayNumber}))?"
        + $@"( ?- ?((?<to>{MonthName})( (?<toDay>{DayNumber}))?|(?<toDay>{DayNumber})))?:? ?)?"
        + $@"(?<days>{DayRange}( ?, ?{DayRange})*:?)?\s*(?<times>off|closed|24/7|[0-9][0-9:,\- ]*)?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RulePattern();

    [GeneratedRegex(
        @"^(?<fh>[0-9]{1,2}):(?<fm>[0-5][0-9]) ?- ?(?<th>[0-9]{1,2}):(?<tm>[0-5][0-9])$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex SpanPattern();

    private sealed record Rule((string From, string To)? Season, HashSet<Weekday> Days, bool Holidays, List<ClockSpan> Spans);

    private sealed class NotUnderstood(string message) : FormatException(message);

    /// <summary>The week so far: in this notation a later rule replaces an earlier one on the days that it names.</summary>
    private sealed class Draft
    {
        private readonly Dictionary<Weekday, List<ClockSpan>> _week = [];
        private readonly List<((string From, string To) Days, Dictionary<Weekday, List<ClockSpan>> Week)> _seasons = [];
        private HolidayHours? _holidays;

        public void Apply(Rule rule)
        {
            if (rule.Holidays)
            {
                if (rule.Season is not null)
                    throw new NotUnderstood("Public holidays with hours by season.");
                _holidays = rule.Spans.Count == 0 ? new HolidayHours(OnHoliday.Closed) : new HolidayHours(OnHoliday.OwnHours, rule.Spans);
            }

            if (rule.Days.Count == 0)
                return;

            var week = _week;
            if (rule.Season is { } season)
            {
                week = _seasons.Find(known => known.Days == season).Week;
                if (week is null)
                    _seasons.Add((season, week = new Dictionary<Weekday, List<ClockSpan>>(_week)));
            }
            else if (_seasons.Count > 0)
            {
                throw new NotUnderstood("A rule for the whole year after one for a part of it.");
            }

            foreach (var day in rule.Days)
                week[day] = rule.Spans;
        }

        public OpeningHours ToHours()
        {
            if (_week.Count == 0 && _seasons.Count == 0)
                throw new NotUnderstood("No rule for any day.");
            return new OpeningHours
            {
                Weekly = Rows(_week),
                Seasons = _seasons.Count == 0 ? null : [.. _seasons.Select(s => new SeasonalHours(s.Days.From, s.Days.To, Rows(s.Week)))],
                Holidays = _holidays,
            };
        }

        // Days with the same span share a row, so that equal notations give equal values.
        private static List<WeeklyHours> Rows(Dictionary<Weekday, List<ClockSpan>> week) =>
        [
            .. week
                .SelectMany(day => day.Value.Distinct().Select(span => (day.Key, Span: span)))
                .GroupBy(pair => pair.Span, pair => pair.Key)
                .Select(group => new WeeklyHours([.. group.Order()], group.Key.From, group.Key.To))
                .OrderBy(row => row.Days[0]).ThenBy(row => row.From, StringComparer.Ordinal).ThenBy(row => row.To, StringComparer.Ordinal),
        ];
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Evaluation;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Calendars;

/// <summary>The days of a recurrence rule of RFC 5545 section 3.3.10.</summary>
internal sealed class RecurringDays
{
    private static readonly string[] Parts =
        ["FREQ", "UNTIL", "COUNT", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "WKST"];

    // A rule that names no day in so many steps of its frequency, such as every 30 February, is at its end.
    private static readonly EvaluationOptions Bounded = new() { MaxUnmatchedIncrementsLimit = 500 };

    // A year at a time: rules may go on for ever.
    private readonly ConcurrentDictionary<int, HashSet<DateOnly>> _years = new();
    private readonly RecurrenceRule _rule;
    private readonly DateOnly _first;
    private readonly HashSet<DateOnly> _except;

    public RecurringDays(string rule, DateOnly first, IEnumerable<DateOnly> except) => (_rule, _first, _except) = (new(rule), first, [.. except]);

    public bool Contains(DateOnly day) => day >= _first && !_except.Contains(day) && _years.GetOrAdd(day.Year, DaysIn).Contains(day);

    /// <exception cref="RuleBroken">It cannot be read, or is not by days.</exception>
    public static void Require(string rule, DateOnly first, string field)
    {
        var parts = rule.Split(';').Select(part => part.Split('=')).ToList();
        var known = parts.TrueForAll(part => part is [var name, { Length: > 0 }] && Parts.Contains(name)) && parts.DistinctBy(part => part[0]).Count() == parts.Count
            && parts.Exists(part => part is ["FREQ", "DAILY" or "WEEKLY" or "MONTHLY" or "YEARLY"])
            && parts.TrueForAll(part => part[0] switch
            {
                "UNTIL" => DateOnly.TryParseExact(part[1], "yyyyMMdd", out _),
                "INTERVAL" or "COUNT" => int.TryParse(part[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 10_000,
                _ => true,
            });
        if (!known || !IsReadable(rule, first))
            throw new RuleBroken(VenuesRules.ValueInvalid, field, "It must be an RRULE of RFC 5545 by days, such as FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270115.",
                "须为 RFC 5545 的 RRULE（按日），例如 FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270115。");
    }

    private static bool IsReadable(string rule, DateOnly first)
    {
        try
        {
            _ = new RecurringDays(rule, first, []).DaysIn(first.Year);
            return true;
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            return false;
        }
    }

    private HashSet<DateOnly> DaysIn(int year)
    {
        var day = new CalendarEvent { Start = new CalDateTime(_first), RecurrenceRule = _rule };
        var days = new HashSet<DateOnly>();
        try
        {
            foreach (var found in day.GetOccurrences(new CalDateTime(year, 1, 1), Bounded))
                if (found.Period.StartTime.Date.Year == year) days.Add(found.Period.StartTime.Date);
                else break;
        }
        catch (Exception end) when (end is EvaluationLimitExceededException or EvaluationOutOfRangeException)
        {
            // No more of them; or beyond the year 9999.
        }
        return days;
    }
}

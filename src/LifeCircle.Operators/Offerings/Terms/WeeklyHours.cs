using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Offerings.Terms;

/// <summary>A day of the week, as in OpenStreetMap.</summary>
public enum Weekday
{
    Mo,
    Tu,
    We,
    Th,
    Fr,
    Sa,
    Su,
}

/// <summary>A span of the clock on certain days of the week, in the district's zone.</summary>
public sealed record HoursRow
{
    /// <summary>Days on which the span begins, each once.</summary>
    [Count(1, 7)]
    public required IReadOnlyList<Weekday> Days { get; init; }

    /// <summary>First moment of service, <c>HH:mm</c>, 00:00 to 23:59.</summary>
    public required string From { get; init; }

    /// <summary>First moment after it, <c>HH:mm</c>, 00:01 to 24:00. Earlier than <c>from</c> means on the next day (22:00 to 02:00).</summary>
    public required string To { get; init; }
}

/// <summary>
/// When something is provided, by the week: no two spans overlap, also not across midnight or the end of the week. Two that say the same are
/// equal and print the same text, e.g. <c>Mo-Fr 08:00-12:00,14:00-18:00; Sa 22:00-02:00</c>, which is OpenStreetMap's notation. Every day is in one
/// rule of it, because there a later rule for a day would replace the earlier one.
/// </summary>
[JsonConverter(typeof(TextConverter))]
public sealed class WeeklyHours : IEquatable<WeeklyHours>
{
    public const int MaximumRows = 64;

    private const int Day = 24 * 60;
    private const int Week = 7 * Day;

    private static readonly Weekday[] Days = Enum.GetValues<Weekday>();

    private readonly string _text;

    private WeeklyHours(string text, IReadOnlyList<HoursRow> rows) => (_text, Rows) = (text, rows);

    /// <summary>The same in rows: days with equal spans together.</summary>
    public IReadOnlyList<HoursRow> Rows { get; }

    /// <summary>Reads what a client wrote.</summary>
    /// <param name="rows">At least one.</param>
    /// <param name="field">Where they stand.</param>
    /// <exception cref="RuleBroken"><c>operators.hours_invalid</c>, naming the row.</exception>
    internal static WeeklyHours Of(IReadOnlyList<HoursRow> rows, string field = "hours")
    {
        var spans = new List<(Weekday Day, int From, int Length)>();
        foreach (var (place, row) in rows.Index())
        {
            var at = $"{field}[{place}]";
            if (row.Days.Distinct().Count() != row.Days.Count) throw Broken($"{at}.days", "Name each day once.", "每个星期只能出现一次。");
            var (from, length) = Span(row, at);
            foreach (var day in row.Days)
            {
                if (spans.Exists(other => Overlap(other, (day, from, length))))
                    throw Broken(at, "It overlaps another span.", "与其他时段重叠。");
                spans.Add((day, from, length));
            }
        }
        if (spans.Count == 0) throw Broken(field, "Give at least one span.", "须至少提供一个时段。");

        var rules = spans.GroupBy(span => span.Day, span => (span.From, span.Length)).OrderBy(day => day.Key)
            .Select(day => (Day: day.Key, Spans: day.Order().Select(Print).ToArray()))
            .GroupBy(day => string.Join(',', day.Spans.Select(span => $"{span.From}-{span.To}")))
            .Select(rule => (Text: rule.Key, Days: rule.Select(day => day.Day).ToArray(), rule.First().Spans)).ToArray();
        return new(
            string.Join("; ", rules.Select(rule => $"{Print(rule.Days)} {rule.Text}")),
            [.. rules.SelectMany(rule => rule.Spans.Select(span => new HoursRow { Days = rule.Days, From = span.From, To = span.To }))]);
    }

    /// <summary>Reads what <see cref="ToString"/> has written.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    internal static WeeklyHours Parse(string text)
    {
        try
        {
            var hours = Of([.. text.Split("; ").Select(rule => rule.Split(' ')).SelectMany(rule => rule[1].Split(',').Select(span => span.Split('-'))
                .Select(span => new HoursRow { Days = [.. rule[0].Split(',').SelectMany(Run)], From = span[0], To = span[1] }))]);
            if (hours._text == text) return hours;
        }
        catch (Exception unreadable) when (unreadable is RuleBroken or IndexOutOfRangeException or KeyNotFoundException or ArgumentException)
        {
            throw new FormatException($"Not weekly hours: {text}", unreadable);
        }
        throw new FormatException($"Not weekly hours as they are written here: {text}");

        static IEnumerable<Weekday> Run(string days)
        {
            var ends = days.Split('-');
            return Days[(int)Named(ends[0])..((int)Named(ends[^1]) + 1)];
        }

        static Weekday Named(string day) => WireNames.Parse<Weekday>(day.ToLowerInvariant());
    }

    public bool Equals(WeeklyHours? other) => _text == other?._text;

    public override bool Equals(object? obj) => Equals(obj as WeeklyHours);

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _text;

    private static (int From, int Length) Span(HoursRow row, string field)
    {
        var from = Minutes(row.From, $"{field}.from");
        var to = row.To == "24:00" ? Day : Minutes(row.To, $"{field}.to");
        if (from == to) throw Broken($"{field}.to", "It equals from; write 00:00 to 24:00 for the whole day.", "与 from 相同；全天请写 00:00 至 24:00。");
        return (from, to > from ? to - from : to + Day - from);
    }

    private static int Minutes(string text, string field) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time.Hour * 60 + time.Minute
            : throw Broken(field, "Write a time of day as HH:mm.", "时间格式应为 HH:mm。");

    // The week is a circle: each begins where the other is not at work.
    private static bool Overlap((Weekday Day, int From, int Length) one, (Weekday Day, int From, int Length) other)
    {
        var ahead = ((int)other.Day * Day + other.From - (int)one.Day * Day - one.From + Week) % Week;
        return ahead < one.Length || Week - ahead < other.Length;
    }

    private static (string From, string To) Print((int From, int Length) span)
    {
        var to = span.From + span.Length;
        return (Clock(span.From), Clock(to > Day ? to - Day : to));

        static string Clock(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");
    }

    // Neighbours as a run: Mo-Fr,Su.
    private static string Print(Weekday[] days) => string.Join(',', days.Index().GroupBy(day => (int)day.Item - day.Index, day => day.Item)
        .Select(run => run.First() == run.Last() ? $"{run.First()}" : $"{run.First()}-{run.Last()}"));

    private static RuleBroken Broken(string field, string en, string zh) => new(OfferingRules.HoursInvalid, field, en, zh);

    /// <summary>As the text, in what is stored.</summary>
    internal sealed class TextConverter : JsonConverter<WeeklyHours>
    {
        public override WeeklyHours Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, WeeklyHours value, JsonSerializerOptions options) => writer.WriteStringValue(value._text);
    }
}

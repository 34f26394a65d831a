using System.Text.Json;
using System.Text.Json.Serialization;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Places;

/// <summary>A day of the week, as in OpenStreetMap.</summary>
public enum Weekday
{
    Mo = 1,
    Tu,
    We,
    Th,
    Fr,
    Sa,
    Su,
}

/// <summary>A span of the clock.</summary>
/// <param name="From">First moment open, <c>HH:mm</c>, 00:00 to 23:59.</param>
/// <param name="To">First moment closed, <c>HH:mm</c>, 00:01 to 24:00. Not later than <c>from</c> means on the next day (22:00 to 02:00).</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ClockSpan(string From, string To);

/// <summary>A span of the clock on certain days of the week.</summary>
/// <param name="Days">Days on which the span begins.</param>
/// <param name="From">First moment open, <c>HH:mm</c>, 00:00 to 23:59.</param>
/// <param name="To">First moment closed, <c>HH:mm</c>, 00:01 to 24:00. Not later than <c>from</c> means on the next day (22:00 to 02:00).</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WeeklyHours(IReadOnlyList<Weekday> Days, string From, string To);

/// <summary>A part of every year with other hours.</summary>
/// <param name="From">First day, <c>MM-dd</c>.</param>
/// <param name="To">Last day, <c>MM-dd</c>, included. Before <c>from</c> means over the new year (11-15 to 03-15).</param>
/// <param name="Weekly">The hours in that part of the year, instead of the ordinary ones. Empty: closed.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SeasonalHours(string From, string To, IReadOnlyList<WeeklyHours> Weekly);

/// <summary>What happens on a public holiday.</summary>
public enum OnHoliday
{
    /// <summary>Hours as on any such day of the week.</summary>
    AsUsual,
    Closed,
    AsSunday,

    /// <summary>The spans in <see cref="HolidayHours.Hours"/>.</summary>
    OwnHours,
}

/// <summary>What happens on public holidays and on the weekend days worked for them.</summary>
/// <param name="On">What happens on a public holiday.</param>
/// <param name="Hours">The spans of <c>own_hours</c>; absent otherwise.</param>
/// <param name="MakeupAsMonday">On a Saturday or Sunday that is worked to make up for a holiday (调休): hours as on a Monday. Default false.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record HolidayHours(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] OnHoliday On, IReadOnlyList<ClockSpan>? Hours = null, bool MakeupAsMonday = false);

/// <summary>
/// When a facility is open: round the clock, or by the week, with seasons and public holidays. Holiday hours go before seasonal, seasonal
/// before weekly. Example:
/// <c>{"weekly":[{"days":["mo","tu"],"from":"08:00","to":"18:00"}],"seasons":[{"from":"11-15","to":"03-15","weekly":[]}],"holidays":{"on":"closed"}}</c>
/// </summary>
/// <remarks>
/// Unknown hours are the absence of this value, never an empty one. Call <see cref="Check"/> on whatever came from outside.
/// Two values are equal when they say the same in the same order.
/// </remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed class OpeningHours : IEquatable<OpeningHours>
{
    private static readonly JsonSerializerOptions StoredJson = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        AllowDuplicateProperties = false,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    private Timetable? _timetable;

    /// <summary>Open round the clock, every day. Excludes everything else.</summary>
    public bool AlwaysOpen { get; init; }

    /// <summary>The ordinary week. A day without a row is closed.</summary>
    public IReadOnlyList<WeeklyHours>? Weekly { get; init; }

    /// <summary>Parts of the year with other hours; they may not overlap.</summary>
    public IReadOnlyList<SeasonalHours>? Seasons { get; init; }

    /// <summary>Public holidays. Absent: hours as on any such day of the week.</summary>
    public HolidayHours? Holidays { get; init; }

    /// <summary>Open round the clock.</summary>
    public static OpeningHours RoundTheClock { get; } = new() { AlwaysOpen = true };

    /// <summary>Verifies a value that came from outside.</summary>
    /// <param name="field">Where the caller's input has it, the beginning of paths like <c>opening_hours.weekly[0].to</c>.</param>
    /// <returns>This value.</returns>
    /// <exception cref="RuleBroken"><c>facilities.opening_hours_invalid</c>, naming the field.</exception>
    public OpeningHours Check(string field = "opening_hours")
    {
        _timetable ??= OpeningHoursReading.Read(this, field);
        return this;
    }

    /// <summary>Whether it is open at that moment.</summary>
    public bool IsOpen(DateTimeOffset at, LocalCalendar calendar) => Times.IsOpen(at, calendar);

    /// <summary>
    /// The first moment, not before <paramref name="at"/>, at which it is open, in the calendar's zone: <paramref name="at"/> itself while
    /// it is open. Null if it does not open within 370 days.
    /// </summary>
    public DateTimeOffset? NextOpening(DateTimeOffset at, LocalCalendar calendar) => Times.NextOpening(at, calendar);

    /// <summary>
    /// The moment at which it closes, in the calendar's zone. Null if it is not open at <paramref name="at"/>, or does not close within
    /// 370 days.
    /// </summary>
    public DateTimeOffset? OpenUntil(DateTimeOffset at, LocalCalendar calendar) => Times.OpenUntil(at, calendar);

    /// <summary>The JSON that is stored and sent; the same value gives the same text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StoredJson);

    /// <summary>Reads <see cref="ToJson"/>'s or a client's JSON.</summary>
    /// <exception cref="JsonException">Not of this shape.</exception>
    /// <exception cref="RuleBroken"><c>facilities.opening_hours_invalid</c>.</exception>
    public static OpeningHours FromJson(string json, string field = "opening_hours") =>
        (JsonSerializer.Deserialize<OpeningHours>(json, StoredJson) ?? throw new JsonException("null is not opening hours.")).Check(field);

    public bool Equals(OpeningHours? other) => other is not null && (ReferenceEquals(this, other) || ToJson() == other.ToJson());

    public override bool Equals(object? obj) => Equals(obj as OpeningHours);

    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);

    public override string ToString() => ToJson();

    private Timetable Times => Check()._timetable!;
}

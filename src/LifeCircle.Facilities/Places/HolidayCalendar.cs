using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace LifeCircle.Facilities.Places;

/// <summary>Public holidays, and the weekend days that are worked to make up for them (调休). A value: pass in the one that applies.</summary>
public sealed class HolidayCalendar
{
    private readonly HashSet<LocalDate> _holidays;
    private readonly HashSet<LocalDate> _makeUpWorkDays;

    /// <param name="holidays">Days off, weekends inside a holiday included.</param>
    /// <param name="makeUpWorkDays">Saturdays and Sundays that are worked.</param>
    public HolidayCalendar(IEnumerable<LocalDate> holidays, IEnumerable<LocalDate> makeUpWorkDays) =>
        (_holidays, _makeUpWorkDays) = ([.. holidays], [.. makeUpWorkDays]);

    /// <summary>No holidays at all.</summary>
    public static HolidayCalendar None { get; } = new([], []);

    /// <summary>The years published so far, embedded in the binary. A year that is not published yet has no holidays.</summary>
    public static HolidayCalendar China { get; } = ReadEmbedded();

    public bool IsHoliday(LocalDate date) => _holidays.Contains(date);

    public bool IsMakeUpWorkDay(LocalDate date) => _makeUpWorkDays.Contains(date);

    /// <summary>
    /// Reads <c>{"years":[{"holidays":[{"from":"2026-01-01","to":"2026-01-03"}],"makeup_work_days":["2026-01-04"]}]}</c>, both ends included.
    /// </summary>
    /// <exception cref="JsonException">Not of this shape.</exception>
    /// <exception cref="FormatException">Not a date, or a span that ends before it begins.</exception>
    public static HolidayCalendar Read(Stream json)
    {
        var file = JsonSerializer.Deserialize<CalendarFile>(json, CalendarJson) ?? throw new JsonException("The calendar is empty.");
        return new HolidayCalendar(
            file.Years.SelectMany(year => year.Holidays).SelectMany(Days),
            file.Years.SelectMany(year => year.MakeupWorkDays).Select(Date));
    }

    private static IEnumerable<LocalDate> Days(CalendarSpan span)
    {
        var (first, last) = (Date(span.From), Date(span.To));
        if (last < first)
            throw new FormatException($"A holiday ends before it begins: {span.From} to {span.To}.");
        return new DateInterval(first, last);
    }

    private static LocalDate Date(string text) => LocalDatePattern.Iso.Parse(text).GetValueOrThrow();

    private static HolidayCalendar ReadEmbedded()
    {
        using var stream = typeof(HolidayCalendar).Assembly.GetManifestResourceStream("public-holidays.json")!;
        return Read(stream);
    }

    private static JsonSerializerOptions CalendarJson => new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private sealed record CalendarFile(IReadOnlyList<CalendarYear> Years);

    private sealed record CalendarYear(IReadOnlyList<CalendarSpan> Holidays, IReadOnlyList<string> MakeupWorkDays);

    private sealed record CalendarSpan(string From, string To);
}

/// <summary>What turns a moment into a local day: the zone and its holidays.</summary>
/// <param name="Zone">Where the clock hangs.</param>
/// <param name="Holidays">Its holidays.</param>
public sealed record LocalCalendar(DateTimeZone Zone, HolidayCalendar Holidays)
{
    /// <summary>Asia/Shanghai with the published holidays. The zone had summer time in 1986-1991; NodaTime's table knows it.</summary>
    public static LocalCalendar District { get; } = new(DateTimeZoneProviders.Tzdb["Asia/Shanghai"], HolidayCalendar.China);
}

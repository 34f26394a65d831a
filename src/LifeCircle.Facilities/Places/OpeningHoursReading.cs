using LifeCircle.ServiceDefaults;
using NodaTime;
using NodaTime.Text;

namespace LifeCircle.Facilities.Places;

/// <summary>Verifies the JSON shape of opening hours and turns it into a timetable. Every refusal names the field.</summary>
internal static class OpeningHoursReading
{
    // Far above any real timetable, far below what could slow a query down.
    private const int MaximumRows = 64;
    private const int MaximumSeasons = 12;

    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH:mm");
    private static readonly AnnualDatePattern MonthDay = AnnualDatePattern.CreateWithInvariantCulture("MM-dd");

    public static Timetable Read(OpeningHours hours, string field)
    {
        if (hours.AlwaysOpen)
        {
            if (hours.Weekly is not null || hours.Seasons is not null || hours.Holidays is not null)
                throw Broken($"{field}.always_open", "always_open excludes weekly, seasons and holidays.",
                    "always_open 不能与 weekly、seasons、holidays 同时使用。");
            return Timetable.RoundTheClock;
        }

        if (hours.Weekly is null && hours.Seasons is null && hours.Holidays?.On != OnHoliday.OwnHours)
            throw Broken(field, "Say always_open, weekly or seasons; leave opening hours out where they are not known.",
                "请提供 always_open、weekly 或 seasons；不清楚开放时间时请省略本字段。");

        var weekly = Week(hours.Weekly ?? [], $"{field}.weekly");
        return new Timetable(weekly, Seasons(hours.Seasons ?? [], $"{field}.seasons"), Holidays(hours.Holidays, $"{field}.holidays"));
    }

    private static Span[][] Week(IReadOnlyList<WeeklyHours> rows, string field)
    {
        Limit(rows.Count, MaximumRows, field);
        var week = new List<Span>[8];
        for (var day = 1; day <= 7; day++)
            week[day] = [];

        for (var i = 0; i < rows.Count; i++)
        {
            var at = $"{field}[{i}]";
            var row = rows[i] ?? throw Broken(at, "A row may not be null.", "不能为 null。");
            if (row.Days is not { Count: > 0 } || row.Days.Any(day => !Enum.IsDefined(day)) || row.Days.Distinct().Count() != row.Days.Count)
                throw Broken($"{at}.days", "Name each day once: mo, tu, we, th, fr, sa, su.", "请列出星期：mo、tu、we、th、fr、sa、su，每天一次。");
            var span = ReadSpan(row.From, row.To, at);
            foreach (var day in row.Days)
                week[(int)day].Add(span);
        }

        return Sorted(week);
    }

    private static Span[][] Sorted(List<Span>[] week) =>
        [.. week.Select(spans => spans is null ? [] : spans.OrderBy(span => span.From).ToArray())];

    private static Season[] Seasons(IReadOnlyList<SeasonalHours> rows, string field)
    {
        Limit(rows.Count, MaximumSeasons, field);
        var seasons = new Season[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            var at = $"{field}[{i}]";
            var row = rows[i] ?? throw Broken(at, "A season may not be null.", "不能为 null。");
            var rowsOfSeason = row.Weekly
                ?? throw Broken($"{at}.weekly", "Give the season's hours; an empty list means closed.", "请提供该时段的开放时间；空列表表示关闭。");
            var season = new Season(
                ReadMonthDay(row.From, $"{at}.from"), ReadMonthDay(row.To, $"{at}.to"), Week(rowsOfSeason, $"{at}.weekly"));
            if (seasons[..i].Any(earlier => Overlap(earlier, season)))
                throw Broken(at, "Two seasons overlap.", "两个时段重叠。");
            seasons[i] = season;
        }

        return seasons;
    }

    private static HolidayTimes Holidays(HolidayHours? holidays, string field)
    {
        if (holidays is null)
            return new HolidayTimes(OnHoliday.AsUsual, [], false);
        if (!Enum.IsDefined(holidays.On))
            throw Broken($"{field}.on", "on must be one of as_usual, closed, as_sunday, own_hours.",
                "on 只能是 as_usual、closed、as_sunday、own_hours 之一。");
        if (holidays.On == OnHoliday.OwnHours != holidays.Hours is { Count: > 0 })
            throw Broken($"{field}.hours", "hours belong to own_hours, and own_hours need them.", "hours 仅用于 own_hours，且 own_hours 必须提供。");

        var rows = holidays.Hours ?? [];
        Limit(rows.Count, MaximumRows, $"{field}.hours");
        var spans = new Span[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i] ?? throw Broken($"{field}.hours[{i}]", "A row may not be null.", "不能为 null。");
            spans[i] = ReadSpan(row.From, row.To, $"{field}.hours[{i}]");
        }

        return new HolidayTimes(holidays.On, [.. spans.OrderBy(span => span.From)], holidays.MakeupAsMonday);
    }

    private static Span ReadSpan(string? from, string? to, string field)
    {
        var begin = Minutes(from, $"{field}.from");
        // NodaTime, like ISO 8601:2019, has no 24:00; timetables do.
        var end = to == "24:00" ? Span.Day : Minutes(to, $"{field}.to");
        if (end == begin)
            throw Broken($"{field}.to", "to equals from; write 00:00 to 24:00 for the whole day.", "to 与 from 相同；全天请写 00:00 至 24:00。");
        return new Span(begin, end > begin ? end : end + Span.Day);
    }

    private static int Minutes(string? text, string field)
    {
        var time = Clock.Parse(text ?? "");
        if (!time.Success)
            throw Broken(field, "Write a time of day as HH:mm.", "时间格式应为 HH:mm。");
        return time.Value.Hour * 60 + time.Value.Minute;
    }

    private static AnnualDate ReadMonthDay(string? text, string field)
    {
        var date = MonthDay.Parse(text ?? "");
        return date.Success ? date.Value : throw Broken(field, "Write a day of the year as MM-dd.", "日期格式应为 MM-dd。");
    }

    private static bool Overlap(Season one, Season other) =>
        one.Contains(other.First) || one.Contains(other.Last) || other.Contains(one.First);

    private static void Limit(int count, int maximum, string field)
    {
        if (count > maximum)
            throw Broken(field, $"At most {maximum} rows.", $"最多 {maximum} 行。");
    }

    private static RuleBroken Broken(string field, string en, string zh) => new(PlacesRules.OpeningHoursInvalid, field, en, zh);
}

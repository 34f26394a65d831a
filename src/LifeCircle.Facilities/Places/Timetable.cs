using NodaTime;

namespace LifeCircle.Facilities.Places;

/// <summary>Minutes of the day at which it opens and closes; the end may lie on the next day (up to 2,879).</summary>
internal readonly record struct Span(int From, int To)
{
    public const int Day = 24 * 60;
}

/// <summary>A part of the year, both days included.</summary>
internal sealed record Season(AnnualDate First, AnnualDate Last, Span[][] Week)
{
    // Compared as month and day, so 29 February works in every year: a season up to it ends on the 28th where there is none.
    public bool Contains(AnnualDate day) => First <= Last ? First <= day && day <= Last : day >= First || day <= Last;
}

/// <summary>What happens on holidays.</summary>
internal sealed record HolidayTimes(OnHoliday On, Span[] Hours, bool MakeUpAsMonday);

/// <summary>Verified opening hours, ready to be asked.</summary>
internal sealed class Timetable(Span[][] week, Season[] seasons, HolidayTimes holidays)
{
    private const int HorizonDays = 370;

    // Nothing opens after this: the calendar itself ends with the year 9999, and days are counted ahead.
    private static readonly Instant End = Instant.FromUtc(9000, 1, 1, 0, 0);

    public static readonly Timetable RoundTheClock = new(
        [[], .. Enumerable.Repeat<Span[]>([new Span(0, Span.Day)], 7)], [], new HolidayTimes(OnHoliday.AsUsual, [], false));

    public bool IsOpen(DateTimeOffset at, LocalCalendar calendar)
    {
        if (this == RoundTheClock)
            return true;
        var moment = Instant.FromDateTimeOffset(at);
        if (moment >= End)
            return false;
        var today = moment.InZone(calendar.Zone).Date;
        return Covers(today.PlusDays(-1), moment, calendar) || Covers(today, moment, calendar);
    }

    public DateTimeOffset? NextOpening(DateTimeOffset at, LocalCalendar calendar)
    {
        var moment = Instant.FromDateTimeOffset(at);
        if (moment >= End)
            return null;
        var yesterday = moment.InZone(calendar.Zone).Date.PlusDays(-1);
        for (var day = 0; day <= HorizonDays + 1; day++)
        {
            // Spans of a day are in the order of their beginnings, and those of the day before begin earlier.
            foreach (var (from, to) in Openings(yesterday.PlusDays(day), calendar))
                if (to > moment)
                    return Local(Instant.Max(from, moment), calendar);
        }

        return null;
    }

    public DateTimeOffset? OpenUntil(DateTimeOffset at, LocalCalendar calendar)
    {
        if (this == RoundTheClock)
            return null;
        var end = Instant.FromDateTimeOffset(at);
        if (end >= End)
            return null;
        var yesterday = end.InZone(calendar.Zone).Date.PlusDays(-1);
        var open = false;
        for (var day = 0; day <= HorizonDays + 1; day++)
        {
            var date = yesterday.PlusDays(day);
            if (open && calendar.Zone.AtStartOfDay(date).ToInstant() > end)
                return Local(end, calendar);

            // Adjoining spans (to midnight and from midnight) are one opening.
            foreach (var (from, to) in Openings(date, calendar))
                if (from <= end && to > end)
                    (open, end) = (true, to);
        }

        return null;
    }

    private bool Covers(LocalDate date, Instant moment, LocalCalendar calendar)
    {
        foreach (var (from, to) in Openings(date, calendar))
            if (from <= moment && moment < to)
                return true;
        return false;
    }

    private IEnumerable<(Instant From, Instant To)> Openings(LocalDate date, LocalCalendar calendar)
    {
        foreach (var span in On(date, calendar.Holidays))
            yield return (At(date, span.From, calendar.Zone), At(date, span.To, calendar.Zone));
    }

    private Span[] On(LocalDate date, HolidayCalendar calendar)
    {
        var weekday = (int)date.DayOfWeek;
        if (calendar.IsHoliday(date))
        {
            switch (holidays.On)
            {
                case OnHoliday.Closed:
                    return [];
                case OnHoliday.OwnHours:
                    return holidays.Hours;
                case OnHoliday.AsSunday:
                    weekday = (int)Weekday.Su;
                    break;
            }
        }
        else if (holidays.MakeUpAsMonday && calendar.IsMakeUpWorkDay(date))
        {
            weekday = (int)Weekday.Mo;
        }

        if (seasons.Length > 0)
        {
            var day = new AnnualDate(date.Month, date.Day);
            foreach (var season in seasons)
                if (season.Contains(day))
                    return season.Week[weekday];
        }

        return week[weekday];
    }

    // Leniently: where summer time skips or repeats a clock time, a shop opens at the nearest real one.
    private static Instant At(LocalDate date, int minutes, DateTimeZone zone) =>
        date.PlusDays(minutes / Span.Day).At(LocalTime.FromMinutesSinceMidnight(minutes % Span.Day)).InZoneLeniently(zone).ToInstant();

    private static DateTimeOffset Local(Instant moment, LocalCalendar calendar) => moment.InZone(calendar.Zone).ToDateTimeOffset();
}

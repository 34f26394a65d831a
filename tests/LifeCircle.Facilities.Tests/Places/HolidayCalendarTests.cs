using System.Text;
using LifeCircle.Facilities.Places;
using NodaTime;

namespace LifeCircle.Facilities.Tests.Places;

public class HolidayCalendarTests
{
    [Fact]
    public void Knows_the_published_holidays_and_make_up_work_days()
    {
        Assert.True(HolidayCalendar.China.IsHoliday(new LocalDate(2026, 2, 15)));
        Assert.True(HolidayCalendar.China.IsHoliday(new LocalDate(2026, 2, 23)));
        Assert.False(HolidayCalendar.China.IsHoliday(new LocalDate(2026, 2, 24)));
        Assert.True(HolidayCalendar.China.IsMakeUpWorkDay(new LocalDate(2026, 9, 20)));
        Assert.False(HolidayCalendar.China.IsHoliday(new LocalDate(2026, 9, 20)));
    }

    [Fact]
    public void Every_make_up_work_day_is_a_weekend_day_outside_the_holidays()
    {
        var days = new DateInterval(new LocalDate(2025, 1, 1), new LocalDate(2026, 12, 31));
        var makeUp = days.Where(HolidayCalendar.China.IsMakeUpWorkDay).ToList();
        Assert.Equal(11, makeUp.Count);
        Assert.All(makeUp, day => Assert.True(day.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday));
        Assert.DoesNotContain(makeUp, HolidayCalendar.China.IsHoliday);
    }

    [Fact]
    public void Refuses_a_holiday_that_ends_before_it_begins() =>
        Assert.Throws<FormatException>(() => Read("""{"years":[{"holidays":[{"from":"2026-01-03","to":"2026-01-01"}],"makeup_work_days":[]}]}"""));

    private static HolidayCalendar Read(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return HolidayCalendar.Read(stream);
    }
}

using System.Diagnostics;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Calendars;

namespace LifeCircle.Venues.Tests.Calendars;

public sealed class RecurringDaysTests
{
    private static readonly DateOnly First = new(2026, 3, 3); // a Tuesday

    [Theory]
    [InlineData("FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20260312", "2026-03-03 2026-03-05 2026-03-10 2026-03-12")]
    [InlineData("FREQ=DAILY;COUNT=3", "2026-03-03 2026-03-04 2026-03-05")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;COUNT=3", "2026-03-03 2026-03-17 2026-03-31")]
    [InlineData("FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20260501", "2026-03-27 2026-04-24")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2", "2026-03-31 2026-05-31")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1;COUNT=2", "2026-04-06 2026-05-04")]
    public void A_rule_names_its_days(string rule, string days)
    {
        RecurringDays.Require(rule, First, "repeats");
        var recurring = new RecurringDays(rule, First, []);
        var found = Enumerable.Range(-400, 1_000).Select(First.AddDays).Where(recurring.Contains).Where(day => day != First || days.StartsWith("2026-03-03", StringComparison.Ordinal));
        Assert.Equal(days, string.Join(' ', found.Select(day => $"{day:yyyy-MM-dd}")));
    }

    [Fact]
    public void Days_that_are_left_out_are_none()
    {
        var recurring = new RecurringDays("FREQ=WEEKLY", First, [First.AddDays(7)]);
        Assert.Equal((true, false, true, false), (recurring.Contains(First), recurring.Contains(First.AddDays(7)), recurring.Contains(First.AddDays(14)), recurring.Contains(First.AddDays(15))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("every Tuesday")]
    [InlineData("FREQ=HOURLY")]
    [InlineData("FREQ=SECONDLY;COUNT=10")]
    [InlineData("FREQ=WEEKLY;FREQ=DAILY")]
    [InlineData("INTERVAL=2")]
    [InlineData("FREQ=WEEKLY;INTERVAL=0")]
    [InlineData("FREQ=WEEKLY;INTERVAL=-1")]
    [InlineData("FREQ=YEARLY;INTERVAL=999999999")]
    [InlineData("FREQ=DAILY;COUNT=0")]
    [InlineData("FREQ=DAILY;COUNT=99999999999")]
    [InlineData("FREQ=WEEKLY;BYDAY=XX")]
    [InlineData("FREQ=WEEKLY;BYDAY=")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=45")]
    [InlineData("FREQ=YEARLY;BYMONTH=13")]
    [InlineData("FREQ=YEARLY;BYYEARDAY=400")]
    [InlineData("FREQ=DAILY;BYHOUR=8")]
    [InlineData("FREQ=DAILY;UNTIL=20260230")]
    [InlineData("FREQ=DAILY;UNTIL=20270115T000000Z")]
    [InlineData("RRULE:FREQ=DAILY")]
    [InlineData("FREQ=DAILY\r\nEXDATE:20260303")]
    public void A_bad_rule_is_refused_at_once(string rule)
    {
        var watch = Stopwatch.StartNew();
        var refused = Assert.Throws<RuleBroken>(() => RecurringDays.Require(rule, First, "events[0].repeats"));
        Assert.Equal("events[0].repeats", refused.Errors.Single().Field);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{rule}: {watch.Elapsed}");
    }

    [Theory]
    [InlineData("FREQ=DAILY")]
    [InlineData("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("FREQ=YEARLY;INTERVAL=9999")]
    [InlineData("FREQ=YEARLY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO")]
    [InlineData("FREQ=WEEKLY;INTERVAL=9999;BYDAY=MO")]
    [InlineData("FREQ=MONTHLY;INTERVAL=9999;BYMONTHDAY=31")]
    [InlineData("FREQ=DAILY;COUNT=9999")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU")]
    [InlineData("FREQ=DAILY;INTERVAL=9999;BYDAY=-1SU")]
    public void An_odd_rule_has_an_answer_for_any_day_soon(string rule)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            RecurringDays.Require(rule, new(2020, 1, 1), "repeats");
        }
        catch (RuleBroken)
        {
            return; // as good
        }
        var recurring = new RecurringDays(rule, new(2020, 1, 1), []);
        foreach (var year in (int[])[1, 2019, 2020, 2026, 2100, 9999])
            foreach (var day in (DateOnly[])[new(year, 1, 1), new(year, 2, 28), new(year, 12, 31)])
                if (recurring.Contains(day)) Assert.InRange(year, 2020, 9999);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{rule}: {watch.Elapsed}");
    }

    [Fact]
    public void The_thirtieth_of_February_never_comes_and_the_twenty_ninth_every_four_years()
    {
        var never = new RecurringDays("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", new(2026, 1, 1), []);
        Assert.DoesNotContain(Enumerable.Range(0, 20_000).Select(new DateOnly(2026, 1, 2).AddDays), never.Contains);
        foreach (var frequency in (string[])["DAILY", "MONTHLY", "YEARLY"])
        {
            var leap = new RecurringDays($"FREQ={frequency};BYMONTH=2;BYMONTHDAY=29", new(2026, 1, 1), []);
            Assert.Equal((frequency, "2028 2032"), (frequency, string.Join(' ', Enumerable.Range(2027, 8)
                .Where(year => DateTime.IsLeapYear(year) && leap.Contains(new(year, 2, 29))))));
        }
    }
}

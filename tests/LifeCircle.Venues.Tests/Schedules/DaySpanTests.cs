using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schedules;

namespace LifeCircle.Venues.Tests.Schedules;

public sealed class DaySpanTests
{
    private static readonly DateOnly Day = new(2026, 3, 11);

    [Theory]
    [InlineData("06:00", "06:00")]
    [InlineData("07:00", "06:59")]
    public void A_span_that_ends_before_it_begins_is_none(string from, string until)
    {
        var refused = Assert.Throws<RuleBroken>(() => DaySpan.RequireOrder([Of("00:00", "01:00"), Of(from, until)], "hours.weekday"));
        Assert.Equal("hours.weekday[1].until", refused.Errors.Single().Field);
    }

    [Fact]
    public void Spans_of_a_day_may_touch_and_not_meet()
    {
        DaySpan.RequireOrder([Of("12:00", "24:00"), Of("06:00", "12:00")], "weekday");
        var refused = Assert.Throws<RuleBroken>(() => DaySpan.RequireOrder([Of("06:00", "12:00"), Of("11:59", "13:00")], "weekday"));
        Assert.Equal("weekday[1]", refused.Errors.Single().Field);
    }

    [Fact]
    public void Midnight_is_the_end_of_the_day() => Assert.Equal(new Minutes(0, 1440), Of("00:00", "24:00").Minutes);

    [Fact]
    public void What_is_taken_out_of_spans_leaves_the_rest()
    {
        Assert.Equal([new(360, 480), new(500, 720)], Minutes.Without([new(360, 720)], [new(480, 500)]));
        Assert.Equal([new(360, 480)], Minutes.Without([new(360, 720)], [new(480, 720)]));
        Assert.Equal([new(360, 720)], Minutes.Without([new(360, 720)], [new(0, 360), new(720, 900)]));
        Assert.Empty(Minutes.Without([new(360, 720)], [new(0, 1440)]));
    }

    [Fact]
    public void Spans_that_touch_are_one() =>
        Assert.Equal([new(360, 800), new(801, 900)], Minutes.Joined([new(360, 720), new(720, 800), new(801, 900)]));

    [Fact]
    public void A_minute_of_which_a_part_is_taken_is_taken()
    {
        var begins = DistrictDay.Begins(Day);
        Assert.Equal(new Minutes(600, 602), new Span(begins.AddMinutes(600).AddSeconds(30), begins.AddMinutes(601).AddSeconds(1)).On(Day));
        Assert.Equal(new Minutes(0, 1440), new Span(begins.AddDays(-1), DateTimeOffset.MaxValue).On(Day));
        Assert.True(new Span(begins.AddDays(1), begins.AddDays(2)).On(Day).IsEmpty);
        Assert.Equal(begins.AddHours(10), Span.Of(Day, new(600, 660)).From);
    }

    private static DaySpan Of(string from, string until) => new() { From = from, Until = until };
}

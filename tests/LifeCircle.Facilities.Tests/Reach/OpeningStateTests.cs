using LifeCircle.Facilities.Places;
using LifeCircle.Facilities.Reach;

namespace LifeCircle.Facilities.Tests.Reach;

public sealed class OpeningStateTests
{
    // Monday to Friday 08:00-18:00; 10 March 2026 is a Tuesday.
    private static readonly OpeningHours Weekdays = new() { Weekly = [new([Weekday.Mo, Weekday.Tu, Weekday.We, Weekday.Th, Weekday.Fr], "08:00", "18:00")] };

    [Theory]
    [InlineData("03-10 10:00", null, null, true, null, "03-10 18:00")]
    [InlineData("03-10 18:00", null, null, false, "03-11 08:00", null)]
    [InlineData("03-13 20:00", null, null, false, "03-16 08:00", null)]
    // Suspended, with and without a known end.
    [InlineData("03-10 10:00", "03-10 09:00", "03-12 12:00", false, "03-12 12:00", null)]
    [InlineData("03-10 10:00", "03-10 09:00", "03-14 12:00", false, "03-16 08:00", null)]
    [InlineData("03-10 10:00", "03-10 09:00", null, false, null, null)]
    // Announced: it closes when the suspension begins, and what would open within it opens later.
    [InlineData("03-10 10:00", "03-10 15:00", null, true, null, "03-10 15:00")]
    [InlineData("03-10 10:00", "03-10 19:00", null, true, null, "03-10 18:00")]
    [InlineData("03-10 20:00", "03-11 00:00", "03-13 10:00", false, "03-13 10:00", null)]
    [InlineData("03-10 20:00", "03-11 00:00", null, false, null, null)]
    // Over.
    [InlineData("03-13 12:00", "03-10 09:00", "03-12 12:00", true, null, "03-13 18:00")]
    public void Follows_hours_and_suspensions(string at, string? from, string? until, bool open, string? opens, string? closes)
    {
        var state = OpeningState.At(Time(at)!.Value, Weekdays, Time(from), Time(until), LocalCalendar.District);
        Assert.Equal(new OpeningState(open, Time(opens), Time(closes)), state);
    }

    [Fact]
    public void Says_nothing_where_hours_are_not_known_but_knows_a_suspension()
    {
        Assert.Equal(new OpeningState(null, null, null), OpeningState.At(Time("03-10 10:00")!.Value, null, null, null, LocalCalendar.District));
        Assert.Equal(new OpeningState(false, Time("03-12 00:00"), null),
            OpeningState.At(Time("03-10 10:00")!.Value, null, Time("03-10 00:00"), Time("03-12 00:00"), LocalCalendar.District));
    }

    [Fact]
    public void What_is_always_open_never_closes() => Assert.Equal(
        new OpeningState(true, null, null), OpeningState.At(Time("03-10 10:00")!.Value, OpeningHours.RoundTheClock, null, null, LocalCalendar.District));

    [Theory]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("9999-12-31T00:00:00Z")]
    [InlineData("9998-12-31T00:00:00Z")]
    public void At_the_end_of_time_nothing_opens_any_more(string end)
    {
        var until = DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture);
        foreach (var hours in new[] { Weekdays, OpeningHours.RoundTheClock })
            Assert.Equal(new OpeningState(false, null, null),
                OpeningState.At(Time("03-10 10:00")!.Value, hours, Time("03-10 00:00"), until, LocalCalendar.District));
        Assert.Equal(new OpeningState(false, null, null), OpeningState.At(until, Weekdays, null, null, LocalCalendar.District));
        Assert.Null(Weekdays.OpenUntil(until, LocalCalendar.District));
    }

    private static DateTimeOffset? Time(string? text) => text is null ? null
        : DateTimeOffset.ParseExact($"2026-{text} +08:00", "yyyy-MM-dd HH:mm zzz", System.Globalization.CultureInfo.InvariantCulture);
}

using CsCheck;
using LifeCircle.Operators.Offerings.Terms;
using LifeCircle.ServiceDefaults;
using static LifeCircle.Operators.Offerings.Terms.Weekday;

namespace LifeCircle.Operators.Tests.Offerings.Terms;

public sealed class WeeklyHoursTests
{
    private static readonly Gen<HoursRow> AnyRow = Gen.Select(
        Gen.Enum<Weekday>().Array[1, 7].Select(days => days.Distinct().ToArray()), Gen.Int[0, 1439], Gen.Int[1, 1440],
        (days, from, to) => Row(days, Clock(from), Clock(to)));

    [Theory]
    [InlineData("Mo-Fr 08:00-18:00; Sa 09:00-12:00")]
    [InlineData("Mo,We,Fr-Su 08:00-12:00,14:00-18:00")]
    [InlineData("Mo-Su 00:00-24:00")]
    [InlineData("Su 22:00-02:00")]
    [InlineData("Mo-Tu 22:00-24:00; We 00:00-01:30")]
    public void A_week_is_printed_as_it_is_read(string text) => Assert.Equal(text, WeeklyHours.Parse(text).ToString());

    [Fact]
    public void Rows_that_say_the_same_are_equal_and_every_day_is_in_one_rule()
    {
        var one = WeeklyHours.Of([Row([Tu], "14:00", "18:00"), Row([Mo, Tu], "08:00", "12:00"), Row([Mo], "14:00", "18:00"), Row([Su], "20:00", "00:00")]);
        var other = WeeklyHours.Of([Row([Su], "20:00", "24:00"), Row([Tu, Mo], "14:00", "18:00"), Row([Tu, Mo], "08:00", "12:00")]);
        Assert.Equal(one, other);
        Assert.Equal("Mo-Tu 08:00-12:00,14:00-18:00; Su 20:00-24:00", one.ToString());
        Assert.Equal(["Mo,Tu 08:00 12:00", "Mo,Tu 14:00 18:00", "Su 20:00 24:00"], one.Rows.Select(row => $"{string.Join(',', row.Days)} {row.From} {row.To}"));
    }

    [Fact]
    public void Whatever_is_accepted_is_read_again_as_the_same_minutes_of_the_week() => AnyRow.Array[1, 4].Sample(rows =>
    {
        WeeklyHours hours;
        try
        {
            hours = WeeklyHours.Of(rows);
        }
        catch (RuleBroken)
        {
            return;
        }
        Assert.Equal(Minutes(rows), Minutes(hours.Rows));
        Assert.Equal(hours, WeeklyHours.Parse(hours.ToString()));
        Assert.Equal(hours, WeeklyHours.Of(hours.Rows));
    });

    [Fact]
    public void Exactly_what_overlaps_is_refused() => AnyRow.Array[1, 3].Sample(rows =>
    {
        if (rows.Any(row => row.From == row.To)) return;
        var spans = rows.SelectMany(Spans).ToArray();
        var broken = Record.Exception(() => WeeklyHours.Of(rows));
        Assert.Equal(spans.Length != spans.Distinct().Count(), broken is RuleBroken { Rule.Code: "operators.hours_invalid" });
    });

    [Theory]
    [InlineData("Fr", "20:00", "02:00", "Sa", "01:59", "03:00", true)]
    [InlineData("Fr", "20:00", "02:00", "Sa", "02:00", "03:00", false)]
    [InlineData("Su", "20:00", "02:00", "Mo", "01:59", "03:00", true)]
    [InlineData("Mo", "01:59", "03:00", "Su", "20:00", "02:00", true)]
    [InlineData("Su", "20:00", "02:00", "Mo", "02:00", "03:00", false)]
    [InlineData("Mo", "08:00", "12:00", "Mo", "12:00", "13:00", false)]
    [InlineData("Mo", "08:00", "12:00", "Tu", "08:00", "12:00", false)]
    public void Spans_meet_across_midnight_and_the_end_of_the_week(string day, string from, string to, string otherDay, string otherFrom, string otherTo, bool overlap)
    {
        HoursRow[] rows = [Row([Enum.Parse<Weekday>(day)], from, to), Row([Enum.Parse<Weekday>(otherDay)], otherFrom, otherTo)];
        var broken = Record.Exception(() => WeeklyHours.Of(rows, "hours")) as RuleBroken;
        Assert.Equal(overlap ? "hours[1]" : null, broken?.Errors[0].Field);
    }

    [Theory]
    [InlineData("08:00", "08:00", "hours[0].to")]
    [InlineData("24:00", "08:00", "hours[0].from")]
    [InlineData("8:00", "12:00", "hours[0].from")]
    [InlineData("08:00", "12:00:00", "hours[0].to")]
    [InlineData("08:00", "24:01", "hours[0].to")]
    [InlineData("０８:00", "12:00", "hours[0].from")]
    public void What_is_no_span_of_the_clock_is_refused(string from, string to, string field) =>
        Assert.Equal(field, Assert.Throws<RuleBroken>(() => WeeklyHours.Of([Row([Mo], from, to)])).Errors[0].Field);

    [Fact]
    public void A_day_twice_and_a_week_without_service_are_refused()
    {
        Assert.Equal("hours[1].days", Assert.Throws<RuleBroken>(() => WeeklyHours.Of([Row([Mo], "08:00", "09:00"), Row([Tu, Tu], "08:00", "09:00")])).Errors[0].Field);
        Assert.Equal("hours", Assert.Throws<RuleBroken>(() => WeeklyHours.Of([])).Errors[0].Field);
    }

    [Theory]
    [InlineData("")]
    [InlineData("24/7")]
    [InlineData("Mo-Fr")]
    [InlineData("Tu 08:00-12:00; Mo 08:00-12:00")]
    [InlineData("Mo 08:00-12:00; Mo 14:00-18:00")]
    [InlineData("Mo 08:00-8:30")]
    [InlineData("Xx 08:00-09:00")]
    [InlineData("Mo 08:00-32:00")]
    [InlineData("Fr-Mo 08:00-09:00")]
    public void What_is_not_written_here_is_not_read(string text) => Assert.Throws<FormatException>(() => WeeklyHours.Parse(text));

    private static HoursRow Row(Weekday[] days, string from, string to) => new() { Days = days, From = from, To = to };

    private static string Clock(int minutes) => $"{minutes / 60:00}:{minutes % 60:00}";

    private static int Minute(string clock) => int.Parse(clock[..2], null) * 60 + int.Parse(clock[3..], null);

    // Every minute of the week by itself: too slow for the service, too simple to be wrong.
    private static IEnumerable<int> Spans(HoursRow row)
    {
        var (from, to) = (Minute(row.From), Minute(row.To));
        return row.Days.SelectMany(day => Enumerable.Range(from, to > from ? to - from : to + 1440 - from).Select(minute => ((int)day * 1440 + minute) % 10080));
    }

    private static int[] Minutes(IEnumerable<HoursRow> rows) => [.. rows.SelectMany(Spans).Order()];
}

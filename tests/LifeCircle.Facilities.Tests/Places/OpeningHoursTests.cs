using CsCheck;
using LifeCircle.Facilities.Places;
using LifeCircle.ServiceDefaults;
using NodaTime;

namespace LifeCircle.Facilities.Tests.Places;

public class OpeningHoursTests
{
    private static readonly LocalCalendar District = LocalCalendar.District;
    private static readonly LocalCalendar NoHolidays = new(District.Zone, HolidayCalendar.None);

    private const string Shop =
        """{"weekly":[{"days":["mo","tu","we","th","fr"],"from":"08:00","to":"12:00"},{"days":["mo","tu","we","th","fr","sa"],"from":"14:00","to":"18:00"}]}""";

    [Theory]
    [InlineData("2026-11-23T08:00:00+08:00", true)]   // Monday
    [InlineData("2026-11-23T07:59:59+08:00", false)]
    [InlineData("2026-11-23T12:00:00+08:00", false)]
    [InlineData("2026-11-23T17:59:59+08:00", true)]
    [InlineData("2026-11-28T09:00:00+08:00", false)]  // Saturday
    [InlineData("2026-11-28T14:00:00+08:00", true)]
    [InlineData("2026-11-29T14:00:00+08:00", false)]  // Sunday
    [InlineData("2026-11-23T00:30:00Z", true)]        // 08:30 in Shanghai: the caller's offset is only a way of writing
    [InlineData("2026-11-22T20:30:00-05:00", true)]   // Sunday evening in New York is Monday 09:30 in Shanghai
    public void Follows_the_week_in_the_districts_zone(string at, bool open) =>
        Assert.Equal(open, Hours(Shop).IsOpen(Time(at), District));

    [Fact]
    public void A_span_over_midnight_belongs_to_the_day_on_which_it_began()
    {
        var bar = Hours("""{"weekly":[{"days":["fr"],"from":"22:00","to":"02:00"}]}""");
        Assert.True(bar.IsOpen(Time("2026-11-27T23:59:59+08:00"), District));
        Assert.True(bar.IsOpen(Time("2026-11-28T01:59:59+08:00"), District));
        Assert.False(bar.IsOpen(Time("2026-11-28T02:00:00+08:00"), District));
        Assert.False(bar.IsOpen(Time("2026-11-27T01:00:00+08:00"), District));
        Assert.Equal(Time("2026-11-28T02:00:00+08:00"), bar.OpenUntil(Time("2026-11-27T22:00:00+08:00"), District));
    }

    [Fact]
    public void Open_to_midnight_and_from_midnight_is_one_opening()
    {
        var kiosk = Hours("""{"weekly":[{"days":["mo"],"from":"08:00","to":"24:00"},{"days":["tu"],"from":"00:00","to":"03:00"}]}""");
        Assert.Equal(Time("2026-11-24T03:00:00+08:00"), kiosk.OpenUntil(Time("2026-11-23T09:00:00+08:00"), District));
        Assert.True(kiosk.IsOpen(Time("2026-11-24T00:00:00+08:00"), District));
        Assert.False(kiosk.IsOpen(Time("2026-11-23T00:00:00+08:00"), District));
    }

    [Fact]
    public void Round_the_clock_never_closes()
    {
        var always = OpeningHours.RoundTheClock;
        var now = Time("2026-02-17T03:00:00+08:00");
        Assert.True(always.IsOpen(now, District));
        Assert.Equal(now, always.NextOpening(now, District));
        Assert.Null(always.OpenUntil(now, District));
    }

    [Fact]
    public void Full_days_written_out_never_close_either()
    {
        var always = Hours("""{"weekly":[{"days":["mo","tu","we","th","fr","sa","su"],"from":"00:00","to":"24:00"}]}""");
        Assert.True(always.IsOpen(Time("2026-11-23T00:00:00+08:00"), District));
        Assert.Null(always.OpenUntil(Time("2026-11-23T09:00:00+08:00"), District));
    }

    [Fact]
    public void Finds_the_next_opening_over_a_weekend()
    {
        var shop = Hours(Shop);
        Assert.Equal(Time("2026-11-30T08:00:00+08:00"), shop.NextOpening(Time("2026-11-28T18:00:00+08:00"), District));
        Assert.Equal(Time("2026-11-23T14:00:00+08:00"), shop.NextOpening(Time("2026-11-23T12:00:00+08:00"), District));
        Assert.Equal(Time("2026-11-23T10:00:00+08:00"), shop.NextOpening(Time("2026-11-23T10:00:00+08:00"), District));
        Assert.Null(shop.OpenUntil(Time("2026-11-23T13:00:00+08:00"), District));
    }

    [Fact]
    public void A_season_over_the_new_year_replaces_the_ordinary_week()
    {
        var park = Hours(
            """{"weekly":[{"days":["mo","tu","we","th","fr","sa","su"],"from":"05:00","to":"22:00"}],"seasons":[{"from":"11-15","to":"03-15","weekly":[{"days":["mo","tu","we","th","fr","sa","su"],"from":"07:00","to":"20:00"}]}]}""");
        Assert.True(park.IsOpen(Time("2026-11-14T06:00:00+08:00"), District));
        Assert.False(park.IsOpen(Time("2026-11-15T06:00:00+08:00"), District));
        Assert.False(park.IsOpen(Time("2027-01-01T06:00:00+08:00"), District));
        Assert.False(park.IsOpen(Time("2027-03-15T06:00:00+08:00"), District));
        Assert.True(park.IsOpen(Time("2027-03-16T06:00:00+08:00"), District));
    }

    [Fact]
    public void A_season_without_hours_is_closed_and_the_next_opening_lies_behind_it()
    {
        var pool = Hours(
            """{"seasons":[{"from":"06-01","to":"08-31","weekly":[{"days":["mo","tu","we","th","fr","sa","su"],"from":"09:00","to":"21:00"}]}]}""");
        Assert.False(pool.IsOpen(Time("2026-11-24T12:00:00+08:00"), District));
        Assert.Equal(Time("2027-06-01T09:00:00+08:00"), pool.NextOpening(Time("2026-09-01T00:00:00+08:00"), District));
    }

    [Theory]
    [InlineData("2028-02-29T10:00:00+08:00", true)]
    [InlineData("2028-03-01T10:00:00+08:00", false)]
    [InlineData("2027-02-28T10:00:00+08:00", true)]
    [InlineData("2027-03-01T10:00:00+08:00", false)]
    public void A_season_may_end_on_29_February_in_every_year(string at, bool open)
    {
        var winter = Hours(
            """{"seasons":[{"from":"12-01","to":"02-29","weekly":[{"days":["mo","tu","we","th","fr","sa","su"],"from":"09:00","to":"17:00"}]}]}""");
        Assert.Equal(open, winter.IsOpen(Time(at), District));
    }

    [Fact]
    public void A_place_that_never_opens_within_a_year_has_no_next_opening()
    {
        Assert.Null(Hours("""{"weekly":[]}""").NextOpening(Time("2026-11-24T10:00:00+08:00"), District));
        var leapDay = Hours("""{"seasons":[{"from":"02-29","to":"02-29","weekly":[{"days":["mo","tu","we","th","fr","sa","su"],"from":"09:00","to":"17:00"}]}]}""");
        Assert.Null(leapDay.NextOpening(Time("2026-11-24T10:00:00+08:00"), District));
        Assert.Equal(Time("2028-02-29T09:00:00+08:00"), leapDay.NextOpening(Time("2027-03-01T10:00:00+08:00"), District));
    }

    [Fact]
    public void A_year_is_within_the_horizon_of_the_next_opening()
    {
        var once = Hours("""{"seasons":[{"from":"06-01","to":"06-01","weekly":[{"days":["mo","tu","we","th","fr","sa","su"],"from":"09:00","to":"17:00"}]}]}""");
        Assert.Equal(Time("2027-06-01T09:00:00+08:00"), once.NextOpening(Time("2026-06-01T17:00:00+08:00"), District));
    }

    [Fact]
    public void Closed_on_public_holidays()
    {
        var office = Hours(Shop[..^1] + ""","holidays":{"on":"closed"}}""");
        var newYear = Time("2026-02-17T10:00:00+08:00"); // a Tuesday in Spring Festival
        Assert.False(office.IsOpen(newYear, District));
        Assert.True(office.IsOpen(newYear, NoHolidays));
        Assert.True(Hours(Shop).IsOpen(newYear, District));
        Assert.Equal(Time("2026-02-24T08:00:00+08:00"), office.NextOpening(newYear, District));
    }

    [Fact]
    public void As_on_Sunday_or_own_hours_on_public_holidays()
    {
        const string week = """{"weekly":[{"days":["mo","tu","we","th","fr"],"from":"08:00","to":"18:00"},{"days":["su"],"from":"10:00","to":"12:00"}],""";
        var asSunday = Hours(week + "\"holidays\":{\"on\":\"as_sunday\"}}");
        var own = Hours(week + "\"holidays\":{\"on\":\"own_hours\",\"hours\":[{\"from\":\"22:00\",\"to\":\"01:00\"}]}}");
        var morning = Time("2026-10-01T09:00:00+08:00"); // National Day, a Thursday
        Assert.False(asSunday.IsOpen(morning, District));
        Assert.True(asSunday.IsOpen(morning.AddHours(2), District));
        Assert.False(own.IsOpen(morning.AddHours(2), District));
        Assert.True(own.IsOpen(Time("2026-10-01T23:00:00+08:00"), District));
        Assert.True(own.IsOpen(Time("2026-10-08T00:30:00+08:00"), District)); // began on the 7th, still a holiday
    }

    [Fact]
    public void A_make_up_work_day_is_like_Monday_only_where_it_says_so()
    {
        var saturday = Time("2026-10-10T10:00:00+08:00");
        Assert.False(Hours(Shop).IsOpen(saturday, District));
        var office = Hours(Shop[..^1] + ""","holidays":{"on":"closed","makeup_as_monday":true}}""");
        Assert.True(office.IsOpen(saturday, District));
        Assert.False(office.IsOpen(saturday.AddDays(7), District));
    }

    [Fact]
    public void Keeps_the_clock_when_summer_time_begins_and_ends()
    {
        var berlin = new LocalCalendar(DateTimeZoneProviders.Tzdb["Europe/Berlin"], HolidayCalendar.None);
        var night = Hours("""{"weekly":[{"days":["sa"],"from":"22:00","to":"05:00"}]}""");
        Assert.Equal(Time("2026-03-29T05:00:00+02:00"), night.OpenUntil(Time("2026-03-28T22:00:00+01:00"), berlin));
        Assert.Equal(Time("2026-10-25T05:00:00+01:00"), night.OpenUntil(Time("2026-10-24T22:00:00+02:00"), berlin));
        Assert.Equal(TimeSpan.FromHours(6), Time("2026-03-29T05:00:00+02:00") - Time("2026-03-28T22:00:00+01:00"));
    }

    [Fact]
    public void An_opening_in_the_skipped_hour_begins_after_it()
    {
        // Shanghai had summer time in 1986: on 4 May the clock went from 02:00 to 03:00.
        var early = Hours("""{"weekly":[{"days":["su"],"from":"02:30","to":"06:00"}]}""");
        Assert.Equal(Time("1986-05-04T03:30:00+09:00"), early.NextOpening(Time("1986-05-04T00:00:00+08:00"), NoHolidays));
        Assert.True(Hours(Shop).IsOpen(Time("1986-07-01T08:00:00+09:00"), NoHolidays)); // a Tuesday
        Assert.False(Hours(Shop).IsOpen(Time("1986-07-01T08:00:00+08:00").AddHours(-2), NoHolidays));
    }

    [Fact]
    public void Next_opening_and_open_until_agree_with_asking_every_minute() =>
        Gen.Select(Gen.Int[0, 1439], Gen.Int[1, 1440], Gen.Int[0, 1439], Gen.Int[1, 1440], Gen.Int[1, 127], Gen.Int[0, 7 * 1440])
            .Where((from1, to1, from2, to2, _, _) => from1 != to1 && from2 != to2)
            .Sample((from1, to1, from2, to2, days, offset) =>
            {
                List<Weekday> chosen = [.. Enum.GetValues<Weekday>().Where(day => (days >> ((int)day - 1) & 1) == 1)];
                var hours = new OpeningHours { Weekly = [new(chosen, Clock(from1), Clock(to1)), new([Weekday.We], Clock(from2), Clock(to2))] }.Check();
                var at = Time("2026-11-23T00:00:00+08:00").AddMinutes(offset);
                var minutes = Enumerable.Range(0, 9 * 1440).ToArray();
                var first = Array.Find(minutes, minute => hours.IsOpen(at.AddMinutes(minute), NoHolidays));
                Assert.Equal(at.AddMinutes(first), hours.NextOpening(at, NoHolidays));
                var closing = minutes.SkipWhile(minute => minute < first).Cast<int?>().FirstOrDefault(minute => !hours.IsOpen(at.AddMinutes(minute!.Value), NoHolidays));
                Assert.Equal(closing is { } m ? at.AddMinutes(m) : null, hours.OpenUntil(at.AddMinutes(first), NoHolidays));
            }, iter: 60);

    [Theory]
    [InlineData("{}", "opening_hours")]
    [InlineData("""{"holidays":{"on":"closed"}}""", "opening_hours")]
    [InlineData("""{"always_open":true,"weekly":[]}""", "opening_hours.always_open")]
    [InlineData("""{"weekly":[{"days":["mo"],"from":"8:00","to":"18:00"}]}""", "opening_hours.weekly[0].from")]
    [InlineData("""{"weekly":[{"days":["mo"],"from":"24:00","to":"18:00"}]}""", "opening_hours.weekly[0].from")]
    [InlineData("""{"weekly":[{"days":["mo"],"from":"08:00","to":"24:01"}]}""", "opening_hours.weekly[0].to")]
    [InlineData("""{"weekly":[{"days":["mo"],"from":"08:00","to":"08:00"}]}""", "opening_hours.weekly[0].to")]
    [InlineData("""{"weekly":[{"days":["mo"],"from":"08:00"}]}""", "opening_hours.weekly[0].to")]
    [InlineData("""{"weekly":[{"days":[],"from":"08:00","to":"09:00"}]}""", "opening_hours.weekly[0].days")]
    [InlineData("""{"weekly":[{"from":"08:00","to":"09:00"}]}""", "opening_hours.weekly[0].days")]
    [InlineData("""{"weekly":[{"days":["mo","mo"],"from":"08:00","to":"09:00"}]}""", "opening_hours.weekly[0].days")]
    [InlineData("""{"weekly":[null]}""", "opening_hours.weekly[0]")]
    [InlineData("""{"seasons":[{"from":"02-30","to":"03-01","weekly":[]}]}""", "opening_hours.seasons[0].from")]
    [InlineData("""{"seasons":[{"from":"02-29","to":"3-1","weekly":[]}]}""", "opening_hours.seasons[0].to")]
    [InlineData("""{"seasons":[{"from":"02-29","to":"03-01"}]}""", "opening_hours.seasons[0].weekly")]
    [InlineData("""{"seasons":[{"from":"11-01","to":"02-01","weekly":[]},{"from":"02-01","to":"03-01","weekly":[]}]}""", "opening_hours.seasons[1]")]
    [InlineData("""{"seasons":[{"from":"05-01","to":"05-02","weekly":[]},{"from":"04-01","to":"06-01","weekly":[]}]}""", "opening_hours.seasons[1]")]
    [InlineData("""{"seasons":[{"from":"05-01","to":"06-01","weekly":[{"days":["mo"],"from":"x","to":"09:00"}]}]}""", "opening_hours.seasons[0].weekly[0].from")]
    [InlineData("""{"weekly":[],"holidays":{"on":"own_hours"}}""", "opening_hours.holidays.hours")]
    [InlineData("""{"weekly":[],"holidays":{"on":"closed","hours":[{"from":"08:00","to":"09:00"}]}}""", "opening_hours.holidays.hours")]
    [InlineData("""{"weekly":[],"holidays":{"on":"own_hours","hours":[{"from":"08:00","to":"9"}]}}""", "opening_hours.holidays.hours[0].to")]
    public void Refuses_a_wrong_timetable_naming_the_field(string json, string field)
    {
        var broken = Assert.Throws<RuleBroken>(() => OpeningHours.FromJson(json));
        Assert.Equal("facilities.opening_hours_invalid", broken.Rule.Code);
        Assert.Equal(field, Assert.Single(broken.Errors).Field);
    }

    [Fact]
    public void Refuses_more_rows_than_any_timetable_has()
    {
        var row = new WeeklyHours([Weekday.Mo], "08:00", "09:00");
        var broken = Assert.Throws<RuleBroken>(() => new OpeningHours { Weekly = [.. Enumerable.Repeat(row, 65)] }.Check("hours"));
        Assert.Equal("hours.weekly", Assert.Single(broken.Errors).Field);
    }

    [Theory]
    [InlineData("""{"weekly":[{"days":["mo"],"from":"08:00","to":"09:00","till":"10:00"}]}""")]
    [InlineData("""{"open":true}""")]
    [InlineData("""{"always_open":false,"always_open":true}""")]
    [InlineData("""{"weekly":[{"days":[1],"from":"08:00","to":"09:00"}]}""")]
    [InlineData("null")]
    public void Refuses_members_and_values_that_are_not_in_the_shape(string json) =>
        Assert.Throws<System.Text.Json.JsonException>(() => OpeningHours.FromJson(json));

    [Fact]
    public void The_same_hours_are_equal_and_written_alike()
    {
        var one = Hours(Shop[..^1] + ""","holidays":{"on":"as_usual","makeup_as_monday":true}}""");
        var same = Hours(one.ToJson());
        Assert.EndsWith(""","holidays":{"on":"as_usual","makeup_as_monday":true}}""", one.ToJson(), StringComparison.Ordinal);
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.Equal(one.ToJson(), same.ToJson());
        Assert.NotEqual(one, Hours(Shop));
        Assert.Equal("""{"always_open":true}""", OpeningHours.RoundTheClock.ToJson());
        Assert.Equal(Shop, Hours(Shop).ToJson());
    }

    private static OpeningHours Hours(string json) => OpeningHours.FromJson(json);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static string Clock(int minutes) => $"{minutes / 60:00}:{minutes % 60:00}";
}

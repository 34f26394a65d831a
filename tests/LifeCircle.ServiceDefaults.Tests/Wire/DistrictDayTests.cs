namespace LifeCircle.ServiceDefaults.Tests.Wire;

public sealed class DistrictDayTests
{
    [Theory]
    [InlineData("2026-03-10T15:59:59Z", "2026-03-10")]
    [InlineData("2026-03-10T16:00:00Z", "2026-03-11")]
    [InlineData("2026-03-10T00:00:00+09:00", "2026-03-09")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01")]
    [InlineData("9999-12-31T16:00:00Z", "9999-12-31")] // the district's clocks show a year 10000
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31")]
    public void Every_moment_has_a_day(string moment, string day) => Assert.Equal(day, $"{DistrictDay.Of(Parse(moment)):O}");

    [Fact]
    public void A_day_begins_at_midnight_of_the_districts_clocks() => Assert.Equal(Parse("2026-03-09T16:00:00Z"), DistrictDay.Begins(new(2026, 3, 10)));

    private static DateTimeOffset Parse(string moment) => DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture);
}

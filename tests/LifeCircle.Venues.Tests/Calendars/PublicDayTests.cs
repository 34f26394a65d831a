namespace LifeCircle.Venues.Tests.Calendars;

public sealed class PublicDayTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task Two_years_are_there_from_the_start()
    {
        using var client = app.District();
        foreach (var (year, holidays, makeUps, day) in ((int, int, int, string)[])[(2025, 28, 5, "2025-10-11"), (2026, 33, 6, "2026-10-10")])
        {
            var days = (await client.ReadAsync($"/venues/v1/public-days/{year}")).Json.GetProperty("items").EnumerateArray()
                .ToLookup(row => row.GetProperty("kind").GetString(), row => row.GetProperty("date").GetString());
            Assert.Equal((holidays, makeUps), (days["holiday"].Count(), days["make_up_day"].Count()));
            Assert.Contains(day, days["make_up_day"]);
        }
        Assert.Empty((await client.ReadAsync("/venues/v1/public-days/2027")).Json.GetProperty("items").EnumerateArray());
    }
}

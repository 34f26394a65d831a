using System.Net;
using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Calendars;

/// <summary>The public days are everybody's: in a service of their own.</summary>
public sealed class ReplacePublicDaysTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task A_make_up_day_that_is_announced_closes_what_the_school_needs_and_a_holiday_opens_it()
    {
        var school = await SharedSchool.CreateAsync(app, hours: SharedSchool.EveryDay(SharedSchool.AllDay));
        var court = await school.CourtAsync();
        await school.CalendarAsync("""
            {"terms": [{"name_zh": "春季学期", "from": "2026-03-01", "until": "2026-07-10",
              "timetable": [{"days": ["monday"], "time": {"from": "08:00", "until": "17:00"}, "use": "teaching"}]}]}
            """);
        using var client = app.District();
        var (taught, after) = (await BookAsync(4, "10:00"), await BookAsync(4, "18:00")); // Saturday, 14 March
        Assert.Equal("venues.not_open", (await BookAsync(6, "10:00")).Code); // Monday, 16 March
        await using var cancelled = await app.Broker.ListenAsync<Contracts.Venues.BookingCancelled>();
        var days = (await client.ReadAsync("/venues/v1/public-days/2026")).Json.GetProperty("items").GetRawText();

        var replaced = await client.PutJsonAsync("/venues/v1/public-days/2026",
            $$"""{"items": [{"date": "2026-03-16", "kind": "holiday", "name_zh": "校庆日"}, {"date": "2026-03-14", "kind": "make_up_day"}, {{days[1..]}} }""");

        Assert.True(replaced.Status == HttpStatusCode.OK, replaced.Text);
        Assert.Equal(41L, await app.Database.CountAsync("public_day WHERE date_part('year', date) = 2026"));
        Assert.Equal(Guid.Parse(taught["id"]!), (await cancelled.NextAsync(fact => fact.SchoolId == school.Id)).BookingId);
        Assert.Equal("cancelled_by_school", (await client.SeeAsync(taught))["state"]);
        Assert.Equal("confirmed", (await client.SeeAsync(after))["state"]);
        Assert.Equal(HttpStatusCode.Created, (await BookAsync(6, "10:00")).Status);

        async Task<Answer> BookAsync(int day, string time) => await client.BookAsync(SharedSchool.Slot(court, VenuesApp.At(day, time)));
    }

    [Theory]
    [InlineData("2027", """[{"date": "2026-10-01", "kind": "holiday"}]""", "items[0].date")]
    [InlineData("2027", """[{"date": "2027-10-01", "kind": "holiday"}, {"date": "2027-10-01", "kind": "holiday"}]""", "items[1].date")]
    [InlineData("2027", """[{"date": "2027-10-01", "kind": "make_up_day"}]""", "items[0].kind")] // a Friday
    [InlineData("2027", """[{"date": "2027-10-01", "kind": "holiday", "name_zh": "\u0007"}]""", "items[0].name_zh")]
    [InlineData("2027", """[null]""", "items")]
    [InlineData("1999", "[]", "year")]
    public async Task Bad_days_name_their_field(string year, string items, string field)
    {
        using var client = app.District();
        var answer = await client.PutJsonAsync($"/venues/v1/public-days/{year}", $$"""{"items": {{items}} }""");
        Assert.True((int)answer.Status is 400 or 422, answer.Text);
        Assert.Equal(field, answer.Fields);
    }

    [Fact]
    public async Task Only_a_system_of_the_whole_district_replaces_them()
    {
        using var clerk = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' '), Division = "410603001" });
        var refused = await clerk.PutJsonAsync("/venues/v1/public-days/2028", """{"items": []}""");
        Assert.Equal((403, "venues.district_only"), ((int)refused.Status, refused.Code));
        Assert.Equal(HttpStatusCode.OK, (await clerk.ReadAsync("/venues/v1/public-days/2026")).Status);
        using var district = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' '), Division = "410603" });
        Assert.Equal(HttpStatusCode.OK, (await district.PutJsonAsync("/venues/v1/public-days/2028", """{"items": []}""")).Status);
    }
}

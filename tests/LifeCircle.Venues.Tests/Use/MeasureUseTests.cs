using LifeCircle.Contracts.Venues;
using LifeCircle.Venues.Use;

namespace LifeCircle.Venues.Tests.Use;

/// <summary>In a service whose hours are measured, and whose clock nobody else moves.</summary>
public sealed class MeasureUseTests(MeasureUseTests.App app) : IClassFixture<MeasureUseTests.App>
{
    [Fact]
    public async Task Every_hour_is_measured_once_by_who_came_and_how_long_a_place_was_taken()
    {
        var school = await SharedSchool.CreateAsync(app, hours: SharedSchool.EveryDay("""{"from": "10:00", "until": "13:30"}"""));
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync(capacity: 4));
        await using var measured = await app.Broker.ListenAsync<FieldUseMeasured>();
        using var client = app.District();
        var half = await BookAsync(client, SharedSchool.Slot(court, VenuesApp.At(0, "11:00"), hours: 2, more: ", \"unit\": \"east\", \"party_size\": 5"));
        var missed = await BookAsync(client, SharedSchool.Slot(track, VenuesApp.At(0, "11:00"), more: ", \"party_size\": 2"));
        var refused = await BookAsync(client, SharedSchool.Slot(track, VenuesApp.At(0, "12:00")));
        var cancelled = await BookAsync(client, SharedSchool.Slot(court, VenuesApp.At(0, "12:00"), more: ", \"unit\": \"west\""));
        Assert.Equal("cancelled_by_user", (await client.PostJsonAsync($"/venues/v1/bookings/{cancelled}/cancel", "", ("If-Match", "\"1\"")))["state"]);

        AdvanceTo("11:05");
        await school.MustPostAsync("check-in", $$"""{"booking_id": "{{half}}", "attended": 3}""");
        AdvanceTo("11:20");
        await Eventually.IsAsync("no_show", () => StateAsync(missed));
        AdvanceTo("12:04");
        Assert.Equal("refused", (await client.PostJsonAsync($"/venues/v1/bookings/{refused}/refuse", """{"reason": "带宠物"}""", ("If-Match", "\"1\"")))["state"]);
        await app.StartReplicaAsync();
        AdvanceTo("14:10");
        await Eventually.IsAsync("completed", () => StateAsync(half));
        AdvanceTo("16:10");

        var hours = new List<FieldUseMeasured>();
        while (hours.Count < 8) hours.Add(await measured.NextAsync());
        Assert.Equal(
            ["10 offered 60 booked 0", "11 offered 60 booked 30 attended 3", "12 offered 60 booked 30", "13 offered 30 booked 0"], Lines(hours, court));
        Assert.Equal(
            ["10 offered 60 booked 0", "11 offered 60 booked 10 no-shows 1", "12 offered 60 booked 1 refused 1", "13 offered 30 booked 0"], Lines(hours, track));
        Assert.All(hours, hour => Assert.Equal((school.Id, school.FacilityId), (hour.SchoolId, hour.FacilityId)));
        // What comes next is the next hour that was open: of each field once, and nothing again.
        AdvanceTo("13:10", day: 1);
        FieldUseMeasured[] next = [await measured.NextAsync(), await measured.NextAsync()];
        Assert.All(next, hour => Assert.Equal(VenuesApp.At(1, "10:00"), hour.Hour));
        Assert.Equal(new[] { court, track }.Order(), next.Select(hour => hour.FieldId).Order());
        Assert.Equal(VenuesApp.At(1, "11:00"), await app.Database.QueryAsync<DateTime>($"SELECT until FROM use_mark WHERE school_id = '{school.Id}'"));
    }

    private static async Task<string> BookAsync(HttpClient client, string request)
    {
        var answer = await client.PostJsonAsync("/venues/v1/bookings", request);
        Assert.True((int)answer.Status == 201, answer.Text);
        return answer["id"]!;
    }

    private static IEnumerable<string> Lines(IEnumerable<FieldUseMeasured> hours, Guid field) => hours.Where(hour => hour.FieldId == field).OrderBy(hour => hour.Hour)
        .Select(hour => $"{hour.Hour.ToOffset(TimeSpan.FromHours(8)):HH} offered {hour.OfferedMinutes} booked {hour.BookedMinutes}{Count("attended", hour.Attended)}{Count("refused", hour.Refused)}{Count("no-shows", hour.NoShows)}");

    private static string Count(string word, int count) => count == 0 ? "" : $" {word} {count}";

    private Task<string> StateAsync(string booking) => app.Database.QueryAsync<string>($"SELECT state FROM booking WHERE id = '{booking}'");

    private void AdvanceTo(string time, int day = 0) => app.Clock.Advance(VenuesApp.At(day, time) - app.Clock.Now);

    public sealed class App(TestServers servers) : VenuesApp(servers)
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings => [.. base.Settings, new(MeasureUse.Setting, "10")];
    }
}

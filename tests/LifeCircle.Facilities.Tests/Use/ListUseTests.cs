using LifeCircle.Contracts.Venues;
using LifeCircle.Messaging;
using Microsoft.Extensions.DependencyInjection;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Use;

/// <summary>In a district of its own, because figures are sums.</summary>
public sealed class ListUseTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    private const string March = "/facilities/v1/use?from=2026-03-01&until=2026-03-31";

    [Fact]
    public async Task What_was_measured_is_added_up_by_field_facility_circle_day_and_hour_each_hour_once()
    {
        var west = await app.RegisterAsync(InTheWest, ("category", "primary_school"));
        var east = await app.RegisterAsync(InTheEast, ("category", "primary_school"));
        var (court, track, hall) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        // 15:30 UTC is half an hour before midnight in the district.
        FieldUseMeasured[] hours =
        [
            Hour(court, west, "2026-03-10T10:00:00Z", offered: 60, booked: 45, attended: 8), Hour(court, west, "2026-03-10T11:00:00Z", offered: 30, booked: 30, noShows: 1),
            Hour(track, west, "2026-03-10T10:00:00Z", offered: 60, booked: 6, attended: 1, refused: 2), Hour(hall, east, "2026-03-10T17:00:00Z", offered: 60, booked: 0),
        ];

        await PublishAsync(hours);
        await Eventually.IsAsync(4L, () => app.Database.CountAsync("field_use"));
        await PublishAsync(hours[0] with { BookedMinutes = 1, At = hours[0].At.AddHours(1) });
        await Eventually.IsAsync(5L, () => app.Database.CountAsync("inbox_message WHERE endpoint LIKE '%field-use-measured%'"));

        Assert.Equivalent(new[] { $"{court}: 1.5 1.25 8 0 1", $"{track}: 1 0.1 1 2 0", $"{hall}: 1 0 0 0 0" }, await FiguresAsync("field_id", "&by=field"), strict: true);
        Assert.Equivalent(new[] { $"{west.Id}: 2.5 1.35 9 2 1", $"{east.Id}: 1 0 0 0 0" }, await FiguresAsync("facility_id", ""), strict: true);
        Assert.Equal(["2026-03-10: 2.5 1.35 9 2 1", "2026-03-11: 1 0 0 0 0"], await FiguresAsync("day", "&by=day"));
        Assert.Equal(["1: 1 0 0 0 0", "18: 2 0.85 9 2 0", "19: 0.5 0.5 0 0 1"], await FiguresAsync("hour", "&by=hour"));
        Assert.Equivalent(
            new[] { $"{court}: 1.5 1.25 8 0 1", $"{track}: 1 0.1 1 2 0" }, await FiguresAsync("field_id", $"&by=field&facility={west.Id}"), strict: true);
        var circle = await app.Database.QueryAsync<Guid>($"SELECT id FROM life_circle WHERE code = '{EastCircle}'");
        Assert.Equal([$"{circle}: 1 0 0 0 0"], await FiguresAsync("life_circle_id", $"&by=life_circle&circle={circle}"));
        Assert.Equal([$"{east.Id}: 1 0 0 0 0"], await FiguresAsync("facility_id", "", Register.Clerk(EastStreet)));
    }

    [Theory]
    [InlineData("from=2026-03-02&until=2026-03-01", "until")]
    [InlineData("from=2024-03-02&until=2026-03-01", "until")]
    [InlineData("from=2026-03-02&until=2026-03-03&by=person", "by")]
    [InlineData("from=2026-03-02&until=2026-03-03&division=41", "division")]
    public async Task A_question_that_makes_no_sense_names_the_field(string query, string field)
    {
        using var client = app.Client("facilities.read");
        var refused = await client.ReadAsync($"/facilities/v1/use?{query}");
        Assert.Equal((400, field), ((int)refused.Status, refused.Fields));
    }

    // As the Venues service does, through the broker that both share.
    private async Task PublishAsync(params FieldUseMeasured[] facts)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
        foreach (var fact in facts) db.Publish(fact);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private async Task<string[]> FiguresAsync(string key, string more, TestToken? token = null)
    {
        using var client = token is null ? app.Client("facilities.read") : app.Client(token);
        var answer = await client.ReadAsync(March + more);
        Assert.True((int)answer.Status == 200, answer.Text);
        return [.. answer.Json.EnumerateArray().Select(row => FormattableString.Invariant(
            $"{row.GetProperty(key)}: {row.GetProperty("offered_hours").GetDecimal():0.##} {row.GetProperty("booked_hours").GetDecimal():0.##} {row.GetProperty("attended")} {row.GetProperty("refused")} {row.GetProperty("no_shows")}"))];
    }

    private static FieldUseMeasured Hour(
        Guid field, Registered facility, string hour, int offered, int booked, int attended = 0, int refused = 0, int noShows = 0)
    {
        var begins = DateTimeOffset.Parse(hour, System.Globalization.CultureInfo.InvariantCulture);
        return new(field, begins.ToUnixTimeSeconds() / 3600, Guid.CreateVersion7(), facility.Id, begins, offered, booked, attended, refused, noShows, begins.AddHours(2));
    }
}

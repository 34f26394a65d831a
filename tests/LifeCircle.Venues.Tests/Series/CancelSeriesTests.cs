using System.Net;
using LifeCircle.Contracts.Venues;
using LifeCircle.Venues.Tests.Waitlists;

namespace LifeCircle.Venues.Tests.Series;

public sealed class CancelSeriesTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task What_is_to_come_is_given_back_and_what_was_used_stays()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"most_per_week": 50, "days_ahead": 60, "unused_limit": 2}""");
        var court = await school.CourtAsync();
        var first = app.Evening(1);
        using var client = app.District();
        var made = await client.PostJsonAsync("/venues/v1/series", BookSeriesTests.Request(court, first, "FREQ=DAILY;COUNT=4", "all"));
        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        var waits = await app.JoinAsync(court, first.AddDays(3));
        app.Clock.Advance(first - app.Clock.Now);
        var entered = await client.PostJsonAsync($"{school.Path}/check-in", $$"""{"booking_id": "{{made.Json.GetProperty("occurrences")[0].GetProperty("booking_id").GetString()}}"}""");
        Assert.True(entered.Status == HttpStatusCode.OK, entered.Text);
        app.Clock.Advance(first.AddDays(1).AddMinutes(-30) - app.Clock.Now); // too late for the second
        await Eventually.IsAsync("completed", async () => States(await client.ReadAsync(made.Header("Location")!)).First());
        await using var told = await app.Broker.ListenAsync<BookingCancelled>();

        var cancelled = await app.MustAsync(made.Header("Location")!, "cancel");

        Assert.Equal(["completed", "cancelled_by_user", "cancelled_by_user", "cancelled_by_user"], States(cancelled));
        Assert.NotNull(cancelled["cancelled_at"]);
        Assert.Equal(1L, await app.Database.CountAsync($"booking WHERE series_id = '{made["id"]}' AND unused"));
        Assert.Equal(0L, await app.Database.CountAsync($"person WHERE id = '{made["person_id"]}' AND banned_until IS NOT NULL"));
        List<DateTimeOffset> heard = [];
        while (heard.Count < 3) heard.Add((await told.NextAsync()).From);
        Assert.Equal([first.AddDays(1), first.AddDays(2), first.AddDays(3)], heard.Order());
        await app.BecomesAsync(waits, "offered");
        var again = await app.DoAsync(made.Header("Location")!, "cancel");
        Assert.Equal((HttpStatusCode.Conflict, "venues.series_over"), (again.Status, again.Code));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await client.PostJsonAsync($"{made.Header("Location")}/cancel", "{}", ("If-Match", "\"1\""))).Status);
    }

    [Fact]
    public async Task Stricter_terms_that_were_announced_after_booking_do_not_reach_back()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var first = app.Evening(2);
        using var client = app.District();
        var made = await client.PostJsonAsync("/venues/v1/series", BookSeriesTests.Request(court, first, "FREQ=DAILY;COUNT=2", "all"));
        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await school.MustPostAsync("terms", $$"""{"valid_from": "{{first:yyyy-MM-dd}}", "terms": {"cancel_before_minutes": 1440, "unused_limit": 1} }""");
        app.Clock.Advance(first.AddHours(-2) - app.Clock.Now);

        var cancelled = await app.MustAsync(made.Header("Location")!, "cancel");

        Assert.Equal(["cancelled_by_user", "cancelled_by_user"], States(cancelled));
        Assert.Equal(0L, await app.Database.CountAsync($"booking WHERE series_id = '{made["id"]}' AND unused"));
        Assert.Equal(0L, await app.Database.CountAsync($"person WHERE id = '{made["person_id"]}' AND banned_until IS NOT NULL"));
    }

    private static IEnumerable<string?> States(Answer series) =>
        series.Json.GetProperty("occurrences").EnumerateArray().Select(row => row.GetProperty("state").GetString());
}

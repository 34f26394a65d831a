using System.Net;
using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Feeds.ICalendar;

public sealed class GetPersonCalendarTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task It_has_what_the_person_has_booked_by_its_state_and_what_was_cancelled_for_a_month()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var court = await school.CourtAsync();
        var someone = SharedSchool.NewPerson();
        using var client = app.District();
        var kept = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(40, "17:00"), someone, more: ", \"unit\": \"east\""));
        var held = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(3, "18:00"), someone, more: ", \"hold\": true"));
        var given = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(4, "17:00"), someone));
        await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(5, "17:00"))); // somebody else's
        await client.ChangeAsync(given, "cancel");
        var path = await LinkAsync(client, kept);
        using var anybody = app.Client(token: null);

        var answer = await anybody.ReadAsync(path);
        var calendar = await ParsedCalendar.OfAsync(answer);
        Assert.Equal("private, no-cache", answer.Header("Cache-Control")!.Replace("no-cache, private", "private, no-cache"));
        Assert.Equal([("TENTATIVE", 0), ("CANCELLED", 1), ("CONFIRMED", 0)], calendar.Events.OrderBy(entry => entry.From).Select(entry => (entry.Status, entry.Sequence)));
        var first = calendar.Events.Single(entry => entry.Status == "CONFIRMED");
        Assert.Equal((VenuesApp.At(40, "17:00"), "山城区第一小学 篮球场 东半场", "山城区第一小学"), (first.From, first.Summary, first.Location));
        foreach (var secret in (string[])["王小", kept["entry_code"]!, SharedSchool.ResidentIdOf(someone), kept["person_id"]!])
            Assert.DoesNotContain(secret, answer.Text);
        Assert.Equal(HttpStatusCode.NotModified, (await anybody.ReadAsync(path, ("If-None-Match", answer.Header("ETag")!))).Status);

        var moved = await client.PostJsonAsync($"/venues/v1/bookings/{kept["id"]}/move", $$"""
            {"field_id": "{{court}}", "unit": "west", "from": "2026-04-20T18:00:00+08:00", "until": "2026-04-20T19:00:00+08:00"}
            """, ("If-Match", kept.Header("ETag")!));
        Assert.True(moved.Status == HttpStatusCode.OK, moved.Text);
        var later = (await ParsedCalendar.OfAsync(await anybody.ReadAsync(path, ("If-None-Match", answer.Header("ETag")!)))).Events.Single(entry => entry.Uid == first.Uid);
        Assert.Equal((VenuesApp.At(41, "18:00"), 1, "CONFIRMED"), (later.From, later.Sequence, later.Status));

        app.Clock.Advance(TimeSpan.FromMinutes(20));
        await client.BecomesAsync(held, "expired");
        Assert.Equal(["CANCELLED", "CANCELLED", "CONFIRMED"], (await ParsedCalendar.OfAsync(await anybody.ReadAsync(path))).Events.Select(entry => entry.Status).Order());
        app.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(["CONFIRMED"], (await ParsedCalendar.OfAsync(await anybody.ReadAsync(path))).Events.Select(entry => entry.Status));
    }

    [Fact]
    public async Task Another_name_of_the_field_makes_its_entries_later()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var track = await school.TrackAsync();
        using var client = app.District();
        using var anybody = app.Client(token: null);
        var path = await LinkAsync(client, await client.MustBookAsync(SharedSchool.Slot(track, InThreeDays)));
        var before = (await ParsedCalendar.OfAsync(await anybody.ReadAsync(path))).Events.Single();
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        var renamed = await client.PutJsonAsync($"/venues/v1/fields/{track}", """
            {"name_zh": "操场", "mode": "headcount", "capacity": 10, "surface": "rubber", "sports": ["running"]}
            """, ("If-Match", "*"));
        Assert.True(renamed.Status == HttpStatusCode.OK, renamed.Text);
        var after = (await ParsedCalendar.OfAsync(await anybody.ReadAsync(path))).Events.Single();
        Assert.Equal((before.Uid, "山城区第一小学 操场", app.Clock.Now, app.Clock.Now), (after.Uid, after.Summary, after.Stamp, after.Modified));
    }

    [Fact]
    public async Task Nobody_finds_one_without_its_secret()
    {
        using var anybody = app.Client(token: null);
        foreach (var token in (string[])["x", new string('A', 43), new string('A', 2_000)])
        {
            var answer = await anybody.ReadAsync($"/venues/v1/calendars/{token}.ics");
            Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        }
    }

    // The clock may have gone on by a month.
    private DateTimeOffset InThreeDays => ServiceDefaults.DistrictDay.Begins(ServiceDefaults.DistrictDay.Of(app.Clock.Now).AddDays(3)).AddHours(17);

    private static async Task<string> LinkAsync(HttpClient client, Answer booking)
    {
        var made = await client.PostJsonAsync($"/venues/v1/persons/{booking["person_id"]}/calendar-link", "{}");
        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        return made["address"]!;
    }
}

public sealed class GetPersonCalendarTraceTests(WatchedVenues app) : IClassFixture<WatchedVenues>
{
    [Fact]
    public async Task Its_secret_gets_into_no_span_and_no_log_whatever_is_asked_with_it()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(await school.CourtAsync(), VenuesApp.At(3, "17:00")));
        var made = await client.PostJsonAsync($"/venues/v1/persons/{booked["person_id"]}/calendar-link", "{}");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var path = new Uri(made["address"]!).AbsolutePath;
        var token = path.Split('/')[^1].Replace(".ics", "", StringComparison.Ordinal);
        using var anybody = app.Client(token: null);
        var states = new List<int>();
        var spans = await app.Recorded.TraceAsync(async () =>
        {
            foreach (var asked in (string[])[path, path.Replace("calendars", "Calendars", StringComparison.Ordinal), path[..^4], $"{path}/more"])
                states.Add((int)(await anybody.ReadAsync(asked)).Status);
            states.Add((int)(await anybody.AskAsync(HttpMethod.Delete, path, null)).Status);
            await app.Database.ExecuteAsync("ALTER TABLE calendar_link RENAME TO elsewhere");
            states.Add((int)(await anybody.ReadAsync(path)).Status);
        });
        Assert.Equal([200, 200, 404, 404, 405, 500], states);

        await Eventually.IsAsync(6, () => Task.FromResult(spans().Count(span => $"{span.GetTagItem("url.path")}".EndsWith("alendars/***", StringComparison.Ordinal))));
        Assert.Contains(app.Recorded.Logs, text => text.Contains("/calendars/{token}.ics", StringComparison.Ordinal)); // the failure is there
        Assert.DoesNotContain(app.Recorded.Texts, text => text.Contains(token, StringComparison.Ordinal));
    }
}

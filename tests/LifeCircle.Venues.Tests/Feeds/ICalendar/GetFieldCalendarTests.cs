using System.Net;

namespace LifeCircle.Venues.Tests.Feeds.ICalendar;

public sealed class GetFieldCalendarTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task It_tells_when_a_field_is_open_and_taken_and_of_nobody()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var court = await school.CourtAsync();
        using var client = app.District();
        using var anybody = app.Client(token: null);
        var booked = await client.PostJsonAsync("/venues/v1/bookings", SharedSchool.Slot(court, VenuesApp.At(1, "18:00"), more: ", \"unit\": \"east\""));
        var person = (await client.ReadAsync($"/venues/v1/bookings/{booked["id"]}"))["person_id"]!;

        var answer = await anybody.ReadAsync($"/venues/v1/fields/{court}/calendar.ics");
        var calendar = await ParsedCalendar.OfAsync(answer);
        var open = calendar.Events.Where(entry => entry.Summary.StartsWith("开放", StringComparison.Ordinal)).ToList();
        Assert.Equal(61, open.Count); // hours begin today; the days before had none
        Assert.Equal((VenuesApp.At(0, "17:00"), VenuesApp.At(0, "20:00"), "TRANSPARENT"), (open[0].From, open[0].Until, open[0].Transp));
        var busy = calendar.Events.Except(open).Single();
        Assert.Equal((VenuesApp.At(1, "18:00"), VenuesApp.At(1, "19:00"), "OPAQUE", "CONFIRMED", 0), (busy.From, busy.Until, busy.Transp, busy.Status, busy.Sequence));
        Assert.Contains("东半场", busy.Summary);
        Assert.Equal(TestClock.Beginning, busy.Stamp);
        foreach (var secret in (string[])[booked["id"]!, Guid.Parse(booked["id"]!).ToString("n"), person, "王小", booked["entry_code"]!])
            Assert.DoesNotContain(secret, answer.Text);

        Assert.Equal(HttpStatusCode.NotModified, (await anybody.ReadAsync($"/venues/v1/fields/{court}/calendar.ics", ("If-None-Match", answer.Header("ETag")!))).Status);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.NotModified, (await anybody.ReadAsync($"/venues/v1/fields/{court}/calendar.ics", ("If-None-Match", answer.Header("ETag")!))).Status);

        // The same entry again, later in its sequence; and what is cancelled is gone.
        var moved = await client.PostJsonAsync($"/venues/v1/bookings/{booked["id"]}/move", $$"""
            {"field_id": "{{court}}", "unit": "west", "from": "2026-03-12T17:00:00+08:00", "until": "2026-03-12T18:00:00+08:00"}
            """, ("If-Match", booked.Header("ETag")!));
        Assert.True(moved.Status == HttpStatusCode.OK, moved.Text);
        await school.MustPostAsync("closures", """{"from": "2026-03-13T00:00:00+08:00", "until": "2026-03-14T00:00:00+08:00", "reason": "weather", "text_zh": "暴雨"}""");
        var later = await ParsedCalendar.OfAsync(await anybody.ReadAsync($"/venues/v1/fields/{court}/calendar.ics", ("If-None-Match", answer.Header("ETag")!)));
        var again = later.Events.Single(entry => entry.Uid == busy.Uid);
        Assert.Equal((VenuesApp.At(2, "17:00"), 1, app.Clock.Now), (again.From, again.Sequence, again.Stamp));
        Assert.Equal(60, later.Events.Count(entry => entry.Summary.StartsWith("开放", StringComparison.Ordinal)));
        Assert.True(later.Events.First(entry => entry.Uid == open[0].Uid) is var first && first.Sequence > open[0].Sequence && first.Stamp > open[0].Stamp);
        await client.PostJsonAsync($"/venues/v1/bookings/{booked["id"]}/cancel", "{}", ("If-Match", moved.Header("ETag")!));
        Assert.DoesNotContain((await ParsedCalendar.OfAsync(await anybody.ReadAsync($"/venues/v1/fields/{court}/calendar.ics"))).Events, entry => entry.Uid == busy.Uid);
    }

    [Fact]
    public async Task Places_are_counted_where_a_field_is_booked_by_headcount()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var track = await school.TrackAsync(capacity: 3);
        using var client = app.District();
        foreach (var (hour, hours) in ((string, int)[])[("17:00", 2), ("18:00", 1), ("18:00", 1)])
            Assert.Equal(HttpStatusCode.Created, (await client.PostJsonAsync("/venues/v1/bookings", SharedSchool.Slot(track, VenuesApp.At(1, hour), hours: hours))).Status);
        using var anybody = app.Client(token: null);
        var calendar = await ParsedCalendar.OfAsync(await anybody.ReadAsync($"/venues/v1/fields/{track}/calendar.ics"));
        Assert.Equal([("已预订 Booked：1/3", "TRANSPARENT"), ("已预订 Booked：3/3", "OPAQUE")],
            calendar.Events.Where(entry => entry.Summary.StartsWith("已预订", StringComparison.Ordinal)).Select(entry => (entry.Summary, entry.Transp)));
    }

    [Fact]
    public async Task There_is_none_of_a_field_that_does_not_exist()
    {
        using var anybody = app.Client(token: null);
        var answer = await anybody.ReadAsync($"/venues/v1/fields/{Guid.CreateVersion7()}/calendar.ics");
        Assert.Equal((HttpStatusCode.NotFound, "venues.field_not_found"), (answer.Status, answer.Code));
    }
}

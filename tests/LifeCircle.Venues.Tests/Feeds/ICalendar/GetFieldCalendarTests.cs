using System.Net;
using LifeCircle.Venues.Tests.Bookings;

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
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(1, "18:00"), more: ", \"unit\": \"east\""));
        var person = (await client.SeeAsync(booked))["person_id"]!;

        var answer = await anybody.ReadAsync($"/venues/v1/fields/{court}/calendar.ics");
        var calendar = await ParsedCalendar.OfAsync(answer);
        var open = calendar.Events.Where(entry => entry.Summary.StartsWith("开放", StringComparison.Ordinal)).ToList();
        Assert.Equal(61, open.Count); // hours begin today; the days before had none
        Assert.Equal((VenuesApp.At(0, "17:00"), VenuesApp.At(0, "20:00"), "TRANSPARENT"), (open[0].From, open[0].Until, open[0].Transp));
        var busy = calendar.Events.Except(open).Single();
        Assert.Equal((VenuesApp.At(1, "18:00"), VenuesApp.At(1, "19:00"), "OPAQUE", "CONFIRMED"), (busy.From, busy.Until, busy.Transp, busy.Status));
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
        Assert.Equal((VenuesApp.At(2, "17:00"), app.Clock.Now, true), (again.From, again.Stamp, again.Sequence > busy.Sequence));
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
            await client.MustBookAsync(SharedSchool.Slot(track, VenuesApp.At(1, hour), hours: hours));
        using var anybody = app.Client(token: null);
        var calendar = await ParsedCalendar.OfAsync(await anybody.ReadAsync($"/venues/v1/fields/{track}/calendar.ics"));
        Assert.Equal([("已预订 Booked：1/3", "TRANSPARENT"), ("已预订 Booked：3/3", "OPAQUE")],
            calendar.Events.Where(entry => entry.Summary.StartsWith("已预订", StringComparison.Ordinal)).Select(entry => (entry.Summary, entry.Transp)));
    }

    [Fact]
    public async Task Where_there_are_more_bookings_than_a_calendar_holds_it_shows_fewer_days_and_what_was_cancelled_does_not_count()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var court = await school.CourtAsync();
        using var client = app.District();
        using var anybody = app.Client(token: null);
        var today = ServiceDefaults.DistrictDay.Begins(ServiceDefaults.DistrictDay.Of(app.Clock.Now)).ToOffset(TimeSpan.FromHours(8));
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, today.AddDays(40).AddHours(17)));
        await CopyAsync(5_500, "cancelled_by_user", 30);
        Assert.Equal((1, 60), await ReadAsync());
        await CopyAsync(2_000, "confirmed", 30);
        await CopyAsync(2_999, "confirmed", 50);
        Assert.Equal((5_000, 60), await ReadAsync());
        await CopyAsync(1, "confirmed", 50);
        Assert.Equal((2_001, 49), await ReadAsync());

        Task CopyAsync(int count, string state, int day) => app.Database.ExecuteAsync($$"""
            INSERT INTO booking SELECT (jsonb_populate_record(known, jsonb_build_object('id', gen_random_uuid(), 'state', '{{state}}',
              'starts_at', '{{today.AddDays(day).AddHours(17):O}}'::timestamptz, 'ends_at', '{{today.AddDays(day).AddHours(18):O}}'::timestamptz))).*
            FROM booking known, generate_series(1, {{count}}) WHERE known.id = '{{booked["id"]}}'
            """);

        // How many bookings it shows, and how many days ahead.
        async Task<(int, int)> ReadAsync()
        {
            var lines = (await anybody.ReadAsync($"/venues/v1/fields/{court}/calendar.ics")).Text.Split("\r\n");
            var last = lines.Where(line => line.StartsWith("DTSTART;TZID=Asia/Shanghai:", StringComparison.Ordinal)).Max(line => line.Split(':', 'T')[^2])!;
            return (lines.Count(line => line == "TRANSP:OPAQUE"), DateOnly.ParseExact(last, "yyyyMMdd").DayNumber - DateOnly.FromDateTime(today.DateTime).DayNumber);
        }
    }

    [Fact]
    public async Task There_is_none_of_a_field_that_does_not_exist()
    {
        using var anybody = app.Client(token: null);
        var answer = await anybody.ReadAsync($"/venues/v1/fields/{Guid.CreateVersion7()}/calendar.ics");
        Assert.Equal((HttpStatusCode.NotFound, "venues.field_not_found"), (answer.Status, answer.Code));
    }
}

/// <summary>These move the clock.</summary>
public sealed class GetFieldCalendarInTimeTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task An_entry_only_ever_gets_later_and_higher_whatever_happens_to_it()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var track = await school.TrackAsync(capacity: 9);
        var (client, anybody) = (app.District(), app.Client(token: null));
        ParsedEvent? last = null;
        var (first, second) = (await BookAsync(), await BookAsync());
        await SeeAsync("2/9");
        await ActAsync(second, "cancel");
        await SeeAsync("1/9");
        second = await BookAsync();
        await SeeAsync("2/9");
        second = await ActAsync(second, "move", $$"""{"field_id": "{{track}}", "from": "2026-03-14T19:00:00+08:00", "until": "2026-03-14T20:00:00+08:00"}""");
        await SeeAsync("1/9");
        await ActAsync(second, "move", $$"""{"field_id": "{{track}}", "from": "2026-03-14T18:00:00+08:00", "until": "2026-03-14T19:00:00+08:00"}""");
        await SeeAsync("2/9");
        // A change of the setup counts the places anew, and the last to go leaves no entry; the next one is later than all before.
        await school.MustPostAsync("closures", """{"from": "2026-03-20T00:00:00+08:00", "until": "2026-03-21T00:00:00+08:00", "reason": "weather", "text_zh": "暴雨"}""");
        await SeeAsync("2/9");
        await ActAsync(first, "cancel");
        await ActAsync(await client.SeeAsync(second), "cancel");
        Assert.DoesNotContain((await ReadAsync()).Events, entry => entry.Uid == last!.Uid);
        await school.MustPostAsync("closures", """{"from": "2026-03-21T00:00:00+08:00", "until": "2026-03-22T00:00:00+08:00", "reason": "weather", "text_zh": "暴雨"}""");
        await BookAsync();
        await SeeAsync("1/9");
        var field = await client.ReadAsync($"/venues/v1/fields/{track}");
        var renamed = await client.PutJsonAsync($"/venues/v1/fields/{track}", """
            {"name_zh": "田径场", "mode": "headcount", "capacity": 10, "surface": "rubber", "sports": ["running", "walking"]}
            """, ("If-Match", field.Header("ETag")!));
        Assert.True(renamed.Status == HttpStatusCode.OK, renamed.Text);
        await SeeAsync("1/10");

        async Task<Answer> BookAsync() => Good(await client.MustBookAsync(SharedSchool.Slot(track, VenuesApp.At(4, "18:00"))));

        async Task<Answer> ActAsync(Answer booking, string verb, string json = "{}") =>
            Good(await client.PostJsonAsync($"/venues/v1/bookings/{booking["id"]}/{verb}", json, ("If-Match", booking.Header("ETag")!)));

        Answer Good(Answer answer)
        {
            Assert.True((int)answer.Status is 200 or 201, answer.Text);
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            return answer;
        }

        async Task<ParsedCalendar> ReadAsync() => await ParsedCalendar.OfAsync(await anybody.ReadAsync($"/venues/v1/fields/{track}/calendar.ics"));

        async Task SeeAsync(string places)
        {
            var seen = (await ReadAsync()).Events.Single(entry => entry.From == VenuesApp.At(4, "18:00") && entry.Summary.StartsWith("已预订", StringComparison.Ordinal));
            Assert.Equal($"已预订 Booked：{places}", seen.Summary);
            Assert.True(last is null || (seen.Uid == last.Uid && seen.Sequence > last.Sequence && seen.Stamp > last.Stamp && seen.Modified == seen.Stamp), $"{last} {seen}");
            last = seen;
        }
    }

    [Fact]
    public async Task Places_of_a_slot_that_is_over_are_still_counted_and_what_a_field_is_called_makes_its_entries_later()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync(capacity: 9));
        using var client = app.District();
        using var anybody = app.Client(token: null);
        var begins = VenuesApp.At(0, "17:00");
        var (longer, shorter) = (await client.MustBookAsync(SharedSchool.Slot(track, begins, hours: 2)), await client.MustBookAsync(SharedSchool.Slot(track, begins)));
        await client.MustBookAsync(SharedSchool.Slot(court, begins.AddDays(1)));
        var before = (await ReadAsync(court)).Events.Single(entry => entry.Transp == "OPAQUE");
        app.Clock.Advance(begins - app.Clock.Now);
        foreach (var booking in (Answer[])[longer, shorter])
        {
            var seen = await client.PostJsonAsync($"{school.Path}/check-in", $$"""{"entry_code": "{{booking["entry_code"]}}"}""");
            Assert.True(seen.Status == HttpStatusCode.OK, seen.Text);
        }
        foreach (var (booking, hours) in ((Answer, double)[])[(shorter, 1.1), (longer, 1)])
        {
            app.Clock.Advance(TimeSpan.FromHours(hours));
            await client.BecomesAsync(booking, "completed");
            Assert.Equal(["已预订 Booked：2/9", "已预订 Booked：1/9"], (await ReadAsync(track)).Events
                .Where(entry => entry.Summary.StartsWith("已预订", StringComparison.Ordinal)).OrderBy(entry => entry.From).Select(entry => entry.Summary));
        }

        var field = await client.ReadAsync($"/venues/v1/fields/{court}");
        var renamed = await client.PutJsonAsync($"/venues/v1/fields/{court}", """
            {"name_zh": "篮球场", "mode": "exclusive", "parts": 2, "capacity": 20, "surface": "rubber", "sports": ["basketball"],
             "units": [{"code": "east", "name_zh": "东", "from": 0, "until": 1}, {"code": "west", "name_zh": "西", "from": 1, "until": 2}]}
            """, ("If-Match", field.Header("ETag")!));
        Assert.True(renamed.Status == HttpStatusCode.OK, renamed.Text);
        var after = (await ReadAsync(court)).Events.Single(entry => entry.Uid == before.Uid);
        Assert.True(after.Sequence > before.Sequence && after.Stamp > before.Stamp, $"{before} {after}");

        async Task<ParsedCalendar> ReadAsync(Guid id) => await ParsedCalendar.OfAsync(await anybody.ReadAsync($"/venues/v1/fields/{id}/calendar.ics"));
    }
}

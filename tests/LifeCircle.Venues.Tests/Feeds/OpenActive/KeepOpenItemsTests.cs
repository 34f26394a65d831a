using System.Globalization;
using System.Net;
using LifeCircle.Venues.Feeds.OpenActive;
using LifeCircle.Venues.Tests.Bookings;
using LifeCircle.Venues.Tests.Draws;

namespace LifeCircle.Venues.Tests.Feeds.OpenActive;

public sealed class KeepOpenItemsTests(FeedsApp app) : IClassFixture<FeedsApp>
{
    [Fact]
    public async Task Each_change_shows_exactly_once()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync(capacity: 5));
        using var client = app.District();
        using var anybody = app.Client(token: null);
        var reader = new FeedReader(anybody, "slots");
        await ReadAsync(reader);
        Assert.Equal((61 * 3 * 3, 61 * 3), (reader.LeftOf(court).Count, reader.LeftOf(track).Count));

        // The whole takes its parts with it; a part takes the whole.
        var whole = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(2, "17:00")));
        Assert.Equal([Gone(court, "east", 2, 17), Gone(court, "west", 2, 17), Gone(court, "whole", 2, 17)], await ReadAsync(reader));
        var part = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(2, "18:00"), more: ", \"unit\": \"east\""));
        Assert.Equal([Gone(court, "east", 2, 18), Gone(court, "whole", 2, 18)], await ReadAsync(reader));
        await client.MustBookAsync(SharedSchool.Slot(track, VenuesApp.At(2, "18:00"), more: ", \"party_size\": 2"));
        Assert.Equal([$"{Id(track, "places", 2, 18)} 3"], await ReadAsync(reader));

        await ActAsync(client, part, "cancel");
        Assert.Equal([$"{Id(court, "east", 2, 18)} 1", $"{Id(court, "whole", 2, 18)} 1"], await ReadAsync(reader));
        var moved = await client.PostJsonAsync($"/venues/v1/bookings/{whole["id"]}/move", $$"""
            {"field_id": "{{court}}", "unit": "west", "from": "2026-03-12T19:00:00+08:00", "until": "2026-03-12T20:00:00+08:00"}
            """, ("If-Match", whole.Header("ETag")!));
        Assert.True(moved.Status == HttpStatusCode.OK, moved.Text);
        Assert.Equal([$"{Id(court, "east", 2, 17)} 1", $"{Id(court, "west", 2, 17)} 1", Gone(court, "west", 2, 19), $"{Id(court, "whole", 2, 17)} 1", Gone(court, "whole", 2, 19)],
            await ReadAsync(reader));

        // The closure takes all slots that meet it, and what was booked there.
        var closure = await school.MustPostAsync("closures", $$"""
            {"from": "2026-03-12T19:30:00+08:00", "until": "2026-03-12T23:00:00+08:00", "reason": "weather", "text_zh": "暴雨", "field_ids": ["{{court}}"]}
            """);
        Assert.Equal([$"{Id(court, "east", 2, 19)} deleted", $"{Id(court, "west", 2, 19)} deleted", $"{Id(court, "whole", 2, 19)} deleted"], await ReadAsync(reader));
        var lifted = await client.PostJsonAsync($"/venues/v1/closures/{closure.Json.GetProperty("closure").GetProperty("id")}/lift", "{}", ("If-Match", closure.Header("ETag")!));
        Assert.True(lifted.Status == HttpStatusCode.OK, lifted.Text);
        Assert.Equal([$"{Id(court, "east", 2, 19)} 1", $"{Id(court, "west", 2, 19)} 1", $"{Id(court, "whole", 2, 19)} 1"], await ReadAsync(reader));

        // Other hours from the last day on: one slot less of each unit.
        var last = OpenItems.Days(app.Clock.Now).Last;
        await school.MustPostAsync("hours", $$"""
            {"valid_from": "{{last:yyyy-MM-dd}}", "field_id": "{{track}}", "hours": {{SharedSchool.EveryDay("""{"from": "17:00", "until": "19:00"}""")}} }
            """);
        Assert.Equal([$"{Id(track, "places", 60, 19)} deleted"], await ReadAsync(reader));

        var field = await client.ReadAsync($"/venues/v1/fields/{track}");
        var retired = await client.PostJsonAsync($"/venues/v1/fields/{track}/retire", "{}", ("If-Match", field.Header("ETag")!));
        Assert.True(retired.Status == HttpStatusCode.OK, retired.Text);
        var seen = await ReadAsync(reader);
        Assert.Equal(61 * 3 - 1, seen.Count);
        Assert.All(seen, item => Assert.EndsWith(" deleted", item));
        Assert.Empty(reader.LeftOf(track));
        var fields = new FeedReader(anybody, "facility-uses");
        await fields.FollowAsync();
        Assert.DoesNotContain(track.ToString(), fields.Copy.Keys);
        Assert.Contains(court.ToString(), fields.Copy.Keys);
    }

    [Fact]
    public async Task Whatever_of_a_schools_setup_is_changed_shows_and_no_more_than_that()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var (court, other) = (await school.CourtAsync(), await (await SharedSchool.CreateAsync(app, FeedsApp.FewHours)).CourtAsync());
        using var client = app.District();
        using var anybody = app.Client(token: null);
        var reader = new FeedReader(anybody, "slots");
        await ReadAsync(reader);
        var theirs = reader.LeftOf(other);

        // Lessons on Thursdays; there are eight in the term.
        const string Thursdays = """{"terms": [{"name_zh": "春季学期", "from": "2026-03-01", "until": "2026-05-01", "timetable": [{"days": ["thursday"], "time": {"from": "16:00", "until": "18:00"}, "use": "teaching"}]}]}""";
        await school.CalendarAsync(Thursdays);
        Assert.Equal(Enumerable.Range(0, 8).Select(week => 2 + 7 * week)
            .SelectMany(day => (string[])["east", "west", "whole"], (day, unit) => $"{Id(court, unit, day, 17)} deleted").Order(StringComparer.Ordinal), await ReadAsync(reader));
        await school.CalendarAsync(Thursdays);
        Assert.Empty(await ReadAsync(reader));

        // Longer slots on the last day: one has another end, one goes with its hour, and one comes.
        var last = OpenItems.Days(app.Clock.Now).Last;
        await school.MustPostAsync("terms", $$"""{"valid_from": "{{last:yyyy-MM-dd}}", "terms": {"most_per_week": 50, "days_ahead": 60, "slot_minutes": 90} }""");
        var half = VenuesApp.At(60, "18:30").ToUniversalTime();
        Assert.Equal(((string[])["east", "west", "whole"]).SelectMany(unit => (string[])
        [
            $"{Id(court, unit, 60, 17)} 1", $"{Id(court, unit, 60, 18)} deleted", $"{Id(court, unit, 60, 19)} deleted", string.Create(CultureInfo.InvariantCulture, $"{court:n}-{unit}-{half:yyyyMMdd'T'HHmm'Z'} 1"),
        ]).Order(StringComparer.Ordinal), await ReadAsync(reader));

        // Without an insurance nothing is open.
        var known = reader.LeftOf(court).Count;
        var uninsured = await client.PutJsonAsync(school.Path, "{}", ("If-Match", "*"));
        Assert.True(uninsured.Status == HttpStatusCode.OK, uninsured.Text);
        var gone = await ReadAsync(reader);
        Assert.Equal(known, gone.Count);
        Assert.All(gone, item => Assert.EndsWith(" deleted", item));
        Assert.Equal(theirs, reader.LeftOf(other));
    }

    [Fact]
    public async Task What_lots_are_drawn_for_is_left_for_nobody_until_the_draw_is_over()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync(capacity: 5));
        using var anybody = app.Client(token: null);
        var reader = new FeedReader(anybody, "slots");
        await ReadAsync(reader);

        // Of a half, and with it of the whole; the other half is for everybody.
        var (half, places) = (await AnnounceAsync(court, ", \"units\": [\"east\"]"), await AnnounceAsync(track, ""));
        Assert.Equal(new[] { Gone(court, "east", 5, 18), Gone(court, "whole", 5, 18), Gone(track, "places", 5, 18) }.Order(StringComparer.Ordinal), await ReadAsync(reader));
        await half.CancelAsync();
        Assert.Equal([$"{Id(court, "east", 5, 18)} 1", $"{Id(court, "whole", 5, 18)} 1"], await ReadAsync(reader));
        await places.CancelAsync();
        Assert.Equal([$"{Id(track, "places", 5, 18)} 5"], await ReadAsync(reader));

        Task<TestDraw> AnnounceAsync(Guid field, string more) => TestDraw.AnnounceAsync(app, school, field, TestDraw.Request(app, field, more: more));
    }

    [Fact]
    public async Task A_change_that_is_undone_writes_nothing()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var court = await school.CourtAsync();
        await app.SettledAsync();
        var before = await app.Database.QueryAsync<long>("SELECT max(modified) FROM open_item");
        using var client = app.District();
        await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(2, "17:00")));
        await app.SettledAsync();
        var refused = await client.BookAsync(SharedSchool.Slot(court, VenuesApp.At(2, "17:00")));
        Assert.Equal("venues.slot_taken", refused.Code);
        await app.SettledAsync();
        Assert.Equal(3L, await app.Database.CountAsync($"open_item WHERE modified > {before}"));
        Assert.Equal(0L, await app.Database.CountAsync("open_slots_due"));
    }

    [Fact]
    public async Task A_reader_ends_with_the_present_state_after_two_thousand_changes_on_two_replicas()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync(capacity: 3));
        var other = await app.StartReplicaAsync();
        await app.SettledAsync();
        using var anybody = app.Client(null, other);
        var reader = new FeedReader(anybody, "slots");
        var left = 2_000;
        var changes = Enumerable.Range(1, 6).Select(seed => Task.Run(() => ChangeAsync(seed % 2 == 0 ? null : other, seed, court, track, () => Interlocked.Decrement(ref left) >= 0))).ToList();
        var closing = Task.Run(async () =>
        {
            for (var time = 0; time < 5; time++)
            {
                var closure = await school.MustPostAsync("closures", """{"from": "2026-03-12T18:00:00+08:00", "until": "2026-03-13T23:00:00+08:00", "reason": "air_quality", "text_zh": "空气污染"}""");
                using var client = app.District();
                await client.PostJsonAsync($"/venues/v1/closures/{closure.Json.GetProperty("closure").GetProperty("id")}/lift", "{}", ("If-Match", closure.Header("ETag")!));
            }
        }, TestContext.Current.CancellationToken);
        var all = Task.WhenAll([.. changes, closing]);
        while (!all.IsCompleted)
        {
            await reader.FollowAsync();
            await Task.WhenAny(all, Task.Delay(100, TestContext.Current.CancellationToken)); // leaves the machine to those who change
        }
        await all;
        await app.SettledAsync();
        await reader.FollowAsync();

        var free = new Dictionary<string, int>();
        using var asking = app.District();
        for (var path = $"/venues/v1/slots?school={school.Id}&until=2026-05-30T00:00:00%2B08:00&limit=200"; path is not null;)
        {
            var page = await asking.ReadAsync(path);
            Assert.True(page.Status == HttpStatusCode.OK, page.Text);
            foreach (var slot in page.Json.GetProperty("items").EnumerateArray())
            {
                var unit = slot.TryGetProperty("unit", out var code) ? code.GetString()! : "places";
                var from = slot.GetProperty("from").GetDateTimeOffset().ToUniversalTime();
                free[string.Create(CultureInfo.InvariantCulture, $"{slot.GetProperty("field_id").GetGuid():n}-{unit}-{from:yyyyMMdd'T'HHmm'Z'}")] =
                    unit == "places" ? slot.GetProperty("places").GetInt32() : 1;
            }
            path = page["next"] is { Length: > 0 } next ? $"/venues/v1/slots?school={school.Id}&until=2026-05-30T00:00:00%2B08:00&limit=200&after={next}" : null;
        }
        var copy = reader.LeftOf(court).Concat(reader.LeftOf(track)).ToDictionary();
        Assert.Equal(61 * 3 * 4, copy.Count);
        Assert.Equal(free.OrderBy(slot => slot.Key, StringComparer.Ordinal), copy.Where(slot => slot.Value > 0).OrderBy(slot => slot.Key, StringComparer.Ordinal));
        Assert.Equal(reader.Copy.Count, (int)await app.Database.CountAsync("open_item WHERE feed = 'slots' AND data IS NOT NULL"));
    }

    // Books and cancels at random, on few slots, so that most of them meet.
    private async Task ChangeAsync(Uri? address, int seed, Guid court, Guid track, Func<bool> goesOn)
    {
        var random = new Random(seed);
        using var client = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' ') }, address);
        var mine = new List<Answer>();
        while (goesOn())
        {
            if (mine.Count > 0 && random.Next(2) == 0)
            {
                var index = random.Next(mine.Count);
                await client.PostJsonAsync($"/venues/v1/bookings/{mine[index]["id"]}/cancel", "{}", ("If-Match", mine[index].Header("ETag")!)); // a closure may have been first
                mine.RemoveAt(index);
                continue;
            }
            var from = VenuesApp.At(random.Next(1, 5), $"{random.Next(17, 20)}:00");
            var unit = random.Next(3) switch { 0 => "whole", 1 => "east", _ => "west" };
            var answer = await client.BookAsync(
                random.Next(2) == 0 ? SharedSchool.Slot(track, from) : SharedSchool.Slot(court, from, more: $", \"unit\": \"{unit}\""));
            Assert.True((int)answer.Status is 201 or 409 or 422, answer.Text);
            if (answer.Status == HttpStatusCode.Created) mine.Add(answer);
        }
    }

    private async Task<List<string>> ReadAsync(FeedReader reader)
    {
        await app.SettledAsync();
        reader.Seen.Clear();
        await reader.FollowAsync();
        return [.. reader.Seen.Select(item => item.IsDeleted ? $"{item.Id} deleted" : $"{item.Id} {item.Left}").Order(StringComparer.Ordinal)];
    }

    private static async Task ActAsync(HttpClient client, Answer booking, string what)
    {
        var answer = await client.PostJsonAsync($"/venues/v1/bookings/{booking["id"]}/{what}", "{}", ("If-Match", booking.Header("ETag")!));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
    }

    private static string Gone(Guid field, string unit, int day, int hour) => $"{Id(field, unit, day, hour)} 0";

    private static string Id(Guid field, string unit, int day, int hour) => string.Create(CultureInfo.InvariantCulture,
        $"{field:n}-{unit}-{VenuesApp.At(day, $"{hour}:00").ToUniversalTime():yyyyMMdd'T'HHmm'Z'}");
}

public sealed class KeepOpenItemsNextDayTests(FeedsApp app) : IClassFixture<FeedsApp>
{
    [Fact]
    public async Task The_sweep_of_the_next_day_mends_a_change_of_the_setup_that_was_missed()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var court = await school.CourtAsync();
        using var anybody = app.Client(token: null);
        var reader = new FeedReader(anybody, "slots");
        await app.SettledAsync();
        await reader.FollowAsync();
        Assert.Equal(61 * 9, reader.LeftOf(court).Count);

        // As if its note had been lost.
        await app.Database.ExecuteAsync($"UPDATE school SET insurance = NULL, setup_version = setup_version + 1 WHERE id = '{school.Id}'");
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.SettledAsync();
        await reader.FollowAsync();
        Assert.Empty(reader.LeftOf(court));
    }
}

public sealed class KeepOpenItemsInTimeTests(FeedsApp app) : IClassFixture<FeedsApp>
{
    [Fact]
    public async Task What_has_begun_goes_and_a_day_comes_and_a_place_that_nobody_uses_is_free_again()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours);
        var court = await school.CourtAsync();
        using var client = app.District();
        using var anybody = app.Client(token: null);
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(0, "17:00"), hours: 2));
        var reader = new FeedReader(anybody, "slots");
        await app.SettledAsync();
        await reader.FollowAsync();
        reader.Seen.Clear();

        app.Clock.Advance(TimeSpan.FromHours(7.3)); // 17:18
        await client.BecomesAsync(booked, "no_show");
        await app.SettledAsync();
        await reader.FollowAsync();
        Assert.Equal(3, reader.Seen.Count(item => item.IsDeleted && item.Id.EndsWith("20260310T0900Z", StringComparison.Ordinal)));
        Assert.Equal(3, reader.Seen.Count(item => item.Left == 1 && item.Id.EndsWith("20260310T1000Z", StringComparison.Ordinal)));
        Assert.Equal(6, reader.Seen.Count);
        reader.Seen.Clear();

        app.Clock.Advance(TimeSpan.FromHours(7)); // 00:18 of the next day
        await app.SettledAsync();
        await reader.FollowAsync();
        Assert.Equal((6, 9), (reader.Seen.Count(item => item.IsDeleted), reader.Seen.Count(item => !item.IsDeleted)));
        Assert.All(reader.Seen.Where(item => !item.IsDeleted), item => Assert.Contains("-20260510T", item.Id));
        Assert.Equal(61 * 9, reader.LeftOf(court).Count);

        // Deleted items are kept for two weeks.
        Assert.Equal(9L, await app.Database.CountAsync("open_item WHERE data IS NULL"));
        app.Clock.Advance(TimeSpan.FromDays(15));
        await app.SettledAsync();
        Assert.Equal(0L, await app.Database.CountAsync("open_item WHERE data IS NULL AND day <= '2026-03-10'"));
    }
}

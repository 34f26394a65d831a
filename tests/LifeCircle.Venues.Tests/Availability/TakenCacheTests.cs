using System.Net;
using LifeCircle.Venues.Tests.Bookings;
using StackExchange.Redis;

namespace LifeCircle.Venues.Tests.Availability;

/// <summary>What is cached is never what was before a booking that somebody knows of; row O4 of the faults to survive.</summary>
public sealed class TakenCacheTests(CachedApp app) : IClassFixture<CachedApp>
{
    private const string Day = "from=2026-03-11T00:00:00%2B08:00&until=2026-03-12T00:00:00%2B08:00";

    private static readonly DateTimeOffset Evening = VenuesApp.At(1, "18:00");

    [Fact]
    public async Task A_day_is_read_once_until_somebody_books_and_then_everybody_sees_it_at_once()
    {
        var track = await (await SharedSchool.CreateAsync(app)).TrackAsync();
        using HttpClient here = app.District(), there = app.DistrictAt(await app.StartReplicaAsync());
        await IsCachedAsync(here, track);
        await IsCachedAsync(there, track);

        for (var taken = 1; taken <= 5; taken++)
        {
            var booked = await (taken % 2 == 0 ? here : there).MustBookAsync(SharedSchool.Slot(track, Evening));
            Assert.Equal((10 - taken, 10 - taken), (await PlacesAsync(here, track), await PlacesAsync(there, track)));
            await IsCachedAsync(taken % 2 == 0 ? there : here, track);
            Assert.Equal((10 - taken, 10 - taken), (await PlacesAsync(here, track), await PlacesAsync(there, track)));
            if (taken < 5) continue;
            Assert.Equal(HttpStatusCode.OK, (await there.ChangeAsync(booked, "cancel")).Status);
            Assert.Equal(6, await PlacesAsync(here, track));
        }
    }

    [Fact]
    public async Task What_a_slow_reader_has_read_before_a_booking_is_not_stored_after_it()
    {
        var track = await (await SharedSchool.CreateAsync(app)).TrackAsync();
        using HttpClient here = app.District(), there = app.DistrictAt(await app.StartReplicaAsync());
        await IsCachedAsync(here, track);
        await there.MustBookAsync(SharedSchool.Slot(track, Evening)); // so that the next one reads
        var step = app.Steps.HoldRead();
        var slow = PlacesAsync(here, track);
        await step.ReachedAsync();

        await there.MustBookAsync(SharedSchool.Slot(track, Evening));
        step.Release();

        Assert.Equal(9, await slow); // it was asked before
        Assert.Equal((8, 8), (await PlacesAsync(here, track), await PlacesAsync(there, track)));
        await IsCachedAsync(here, track);
        Assert.Equal((8, 8), (await PlacesAsync(here, track), await PlacesAsync(there, track)));
    }

    [Fact]
    public async Task What_is_committed_is_seen_though_its_writer_has_not_said_so()
    {
        var track = await (await SharedSchool.CreateAsync(app)).TrackAsync();
        using HttpClient here = app.District(), there = app.DistrictAt(await app.StartReplicaAsync());
        await IsCachedAsync(here, track);
        var step = app.Steps.HoldCommit();
        var booking = there.MustBookAsync(SharedSchool.Slot(track, Evening));
        await step.ReachedAsync();

        Assert.Equal(9, await PlacesAsync(here, track));
        var before = app.Steps.Reads;
        Assert.Equal(9, await PlacesAsync(here, track));
        Assert.Equal(before + 1, app.Steps.Reads); // nothing is stored while it is at it
        step.Release();
        await booking;

        await IsCachedAsync(here, track);
        Assert.Equal(9, await PlacesAsync(there, track));
    }

    [Fact]
    public async Task A_booking_that_is_refused_at_last_leaves_the_day_to_the_cache()
    {
        var track = await (await SharedSchool.CreateAsync(app)).TrackAsync();
        var other = await (await SharedSchool.CreateAsync(app)).TrackAsync(capacity: 1);
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(track, Evening));
        await client.MustBookAsync(SharedSchool.Slot(other, Evening));

        var moved = await client.ChangeAsync(booked, "move", Booked.Place(other, Evening));

        Assert.True((int)moved.Status is >= 400 and < 500, moved.Text);
        await IsCachedAsync(client, track, seconds: 10);
        Assert.Equal(9, await PlacesAsync(client, track));
    }

    [Theory]
    [InlineData(CacheFault.Killed)]
    [InlineData(CacheFault.Stopped)]
    [InlineData(CacheFault.Flushed)]
    [InlineData(CacheFault.Full)]
    public async Task Answers_are_right_whatever_becomes_of_the_cache(CacheFault fault)
    {
        await using var cache = await FaultyCache.StartAsync();
        using HttpClient here = app.DistrictAt(await app.StartReplicaAsync(CachedApp.Of(cache))), there = app.DistrictAt(await app.StartReplicaAsync(CachedApp.Of(cache)));
        var track = await (await SharedSchool.CreateAsync(app)).TrackAsync();
        await IsCachedAsync(here, track);
        await IsCachedAsync(there, track);
        await cache.BreakAsync(fault);
        try
        {
            for (var taken = 1; taken <= 3; taken++)
            {
                await here.MustBookAsync(SharedSchool.Slot(track, Evening));
                Assert.Equal((10 - taken, 10 - taken), (await PlacesAsync(there, track), await PlacesAsync(here, track)));
            }
        }
        finally
        {
            await cache.MendAsync(fault);
        }
        Assert.Equal((7, 7), (await PlacesAsync(there, track), await PlacesAsync(here, track)));
        await there.MustBookAsync(SharedSchool.Slot(track, Evening));
        Assert.Equal((6, 6), (await PlacesAsync(here, track), await PlacesAsync(there, track)));
        await IsCachedAsync(here, track);
        await IsCachedAsync(there, track);
        Assert.Equal((6, 6), (await PlacesAsync(here, track), await PlacesAsync(there, track)));
    }

    [Fact]
    public async Task A_replica_that_was_cut_off_lets_all_begin_anew()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{app.Cache.ConnectionString},allowAdmin=true", null);
        Task<RedisResult> SetUserAsync(params object[] rules) => redis.GetDatabase().ExecuteAsync("ACL", ["SETUSER", "cut-off", .. rules]);
        await SetUserAsync("on", "nopass", "~*", "&*", "+@all");
        var address = $"{redis.GetEndPoints()[0]}".Replace("Unspecified/", "", StringComparison.Ordinal);
        using HttpClient here = app.District(),
            there = app.DistrictAt(await app.StartReplicaAsync(new KeyValuePair<string, string>("ConnectionStrings:cache", $"{address},user=cut-off,password=any")));
        var track = await (await SharedSchool.CreateAsync(app)).TrackAsync();
        await IsCachedAsync(there, track);
        await SetUserAsync("-@all");
        await there.MustBookAsync(SharedSchool.Slot(track, Evening));
        Assert.Equal(9, await PlacesAsync(there, track)); // what the other answers meanwhile may be half a minute old

        await SetUserAsync("+@all");

        await Eventually.IsAsync(9, () => PlacesAsync(here, track), seconds: 15); // sooner than it is forgotten by itself
        await IsCachedAsync(there, track);
        Assert.Equal((9, 9), (await PlacesAsync(here, track), await PlacesAsync(there, track)));
    }

    [Fact]
    public async Task Random_changes_are_answered_with_the_cache_as_without()
    {
        var school = await SharedSchool.CreateAsync(app);
        var fields = new[] { await school.CourtAsync(), await school.CourtAsync(), await school.TrackAsync(capacity: 6) };
        using HttpClient one = app.District(), two = app.DistrictAt(await app.StartReplicaAsync()), plain = app.DistrictAt(await app.StartReplicaAsync(CachedApp.Of(null)));
        var (random, bookings, closures, counts) = (new Random(20260311), new List<Answer>(), new List<Answer>(), new int[5]);
        for (var change = 0; change < 150; change++)
        {
            var client = random.Next(2) == 0 ? one : two;
            var kind = random.Next(20);
            if (kind < 12 || bookings.Count == 0) await BookAsync(client);
            else if (kind < 15) await ChangeAsync(client, 1, "cancel", null);
            else if (kind < 18) await ChangeAsync(client, 2, "move", Booked.Place(fields[random.Next(3)], Time(), more: Unit()));
            else if (kind < 19 || closures.Count == 0) await CloseAsync(client);
            else await OpenAsync(client);
            var query = $"school={school.Id}&from=2026-03-{11 + random.Next(2)}T{random.Next(6, 20):00}:00:00%2B08:00&until=2026-03-14T00:00:00%2B08:00"
                + $"&party_size={random.Next(1, 4)}&limit={random.Next(5, 200)}";
            var answers = new[] { await TextAsync(plain, query), await TextAsync(one, query), await TextAsync(two, query) };
            Assert.True(answers[1] == answers[0] && answers[2] == answers[0], $"after change {change}: {string.Join('\n', answers)}");
        }
        Assert.All(counts, count => Assert.True(count > 0, string.Join(' ', counts)));

        async Task BookAsync(HttpClient client)
        {
            var booked = await client.BookAsync(SharedSchool.Slot(fields[random.Next(3)], Time(), more: Unit()));
            if (booked.Status != HttpStatusCode.Created) return;
            bookings.Add(booked);
            counts[0]++;
        }

        async Task ChangeAsync(HttpClient client, int kind, string verb, string? json)
        {
            var place = random.Next(bookings.Count);
            var answer = await client.ChangeAsync(await client.SeeAsync(bookings[place]), verb, json);
            Assert.True((int)answer.Status < 500, answer.Text);
            if (answer.Status == HttpStatusCode.OK) counts[kind]++;
        }

        async Task CloseAsync(HttpClient client)
        {
            var from = Time();
            var closed = await client.PostJsonAsync($"{school.Path}/closures",
                $$"""{"field_ids": ["{{fields[random.Next(3)]}}"], "from": "{{from:O}}", "until": "{{from.AddHours(3):O}}", "reason": "weather", "text_zh": "雨"}""");
            Assert.True(closed.Status == HttpStatusCode.Created, closed.Text);
            closures.Add(closed);
            counts[3]++;
        }

        async Task OpenAsync(HttpClient client)
        {
            var closure = closures[^1];
            closures.RemoveAt(closures.Count - 1);
            var lifted = await client.PostJsonAsync($"{closure.Header("Location")}/lift", "{}", ("If-Match", closure.Header("ETag")!));
            Assert.True(lifted.Status == HttpStatusCode.OK, lifted.Text);
            counts[4]++;
        }

        DateTimeOffset Time() => VenuesApp.At(1 + random.Next(2), "06:00").AddHours(random.Next(16));

        string Unit() => random.Next(3) switch { 0 => """, "unit": "east" """, 1 => """, "unit": "whole" """, _ => """, "party_size": 2""" };
    }

    // Asks until the database is not asked for what is taken.
    private Task IsCachedAsync(HttpClient client, Guid field, int seconds = 30) => Eventually.IsTrueAsync(async () =>
    {
        var before = app.Steps.Reads;
        await PlacesAsync(client, field);
        return app.Steps.Reads == before;
    }, "it is answered from the cache", seconds);

    private static async Task<int> PlacesAsync(HttpClient client, Guid track)
    {
        var answer = await client.ReadAsync($"/venues/v1/slots?field={track}&{Day}&limit=200");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Json.GetProperty("items").EnumerateArray().Single(slot => slot.GetProperty("from").GetDateTimeOffset() == Evening).GetProperty("places").GetInt32();
    }

    private static async Task<string> TextAsync(HttpClient client, string query)
    {
        var answer = await client.ReadAsync($"/venues/v1/slots?{query}");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Text;
    }
}

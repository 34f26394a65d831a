using System.Diagnostics;
using System.Text.Json;
using LifeCircle.Venues.Draws.Drawing;

namespace LifeCircle.Venues.Tests.Draws.Drawing;

public sealed class DrawSweepTests(DrawSweepTests.SweepingApp app) : IClassFixture<DrawSweepTests.SweepingApp>
{
    [Fact]
    public async Task A_draw_whose_timer_was_lost_is_held_by_the_sweep_and_one_whose_timer_is_on_its_way_is_not()
    {
        // Closed first, and so looked at first; and behind it one that was due ten minutes earlier.
        var waits = await TestDraw.AnnounceAsync(app, more: $", \"draws_at\": \"{TestDraw.Moment(app.Clock.Now.AddMinutes(90))}\"");
        var due = await TestDraw.AnnounceAsync(app, closesIn: 80 / 60.0);
        foreach (var draw in (TestDraw[])[waits, due]) await draw.EnterAsync([1]);
        app.Clock.Advance(TimeSpan.FromMinutes(60));
        await Eventually.IsAsync("closed", waits.StateAsync);
        await app.Database.ExecuteAsync("DELETE FROM outbox_message WHERE not_before IS NOT NULL");

        app.Clock.Advance(TimeSpan.FromMinutes(32));
        Assert.Null(DrawVerifier.WhatIsWrong(await due.DrawnAsync(), byHeadcount: false));
        Assert.Equal("closed", await waits.StateAsync());
        app.Clock.Advance(TimeSpan.FromMinutes(8));
        Assert.Null(DrawVerifier.WhatIsWrong(await waits.DrawnAsync(), byHeadcount: false));
    }

    [Fact]
    public async Task A_draw_that_cannot_be_held_does_not_keep_the_sweep_from_the_others()
    {
        var (broken, due) = (await TestDraw.AnnounceAsync(app), await TestDraw.AnnounceAsync(app, closesIn: 1.05));
        foreach (var draw in (TestDraw[])[broken, due]) await draw.EnterAsync([1]);
        await app.Database.ExecuteAsync($"DELETE FROM outbox_message WHERE not_before IS NOT NULL; UPDATE draw SET commitment = '\\x00' WHERE id = '{broken.Id}'");
        app.Clock.Advance(TimeSpan.FromMinutes(80));
        Assert.Null(DrawVerifier.WhatIsWrong(await due.DrawnAsync(), byHeadcount: false));
        Assert.Equal("cancelled", (await broken.CancelAsync())["state"]);
    }

    [Fact]
    public async Task A_service_that_was_away_draws_when_it_is_back()
    {
        var draw = await TestDraw.AnnounceAsync(app);
        await draw.EnterAsync([1]);
        await app.StopReplicaAsync();
        app.Clock.Advance(TimeSpan.FromHours(1));
        await app.StartReplicaAsync();
        Assert.Null(DrawVerifier.WhatIsWrong(await draw.DrawnAsync(), byHeadcount: false));
    }

    [Fact]
    public async Task A_thousand_entries_are_drawn_at_once()
    {
        var draw = await TestDraw.AnnounceAsync(app, slots: 4, places: 150);
        await app.Database.ExecuteAsync($$"""
            WITH made AS (INSERT INTO person (id, resident_id_index, name, resident_id, created_at)
              SELECT uuidv.id, decode(md5(uuidv.id::text), 'hex'), '\x00', '\x00', now() FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 1000)) AS uuidv RETURNING id)
            INSERT INTO draw_entry (id, draw_id, person_id, party_size, preferences, state, tried, version, entered_at)
              SELECT gen_random_uuid(), '{{draw.Id}}', id, 1, CASE WHEN random() < 0.5 THEN '[1, 2, 3]'::jsonb ELSE '[4, 1, 2]' END, 'entered', '[]', 1, now() FROM made;
            UPDATE draw SET entry_count = 1000 WHERE id = '{{draw.Id}}'
            """);
        var watch = Stopwatch.StartNew();
        var result = await draw.DrawAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"1,000 entries, 600 places: {watch.ElapsedMilliseconds} ms");
        Assert.Null(DrawVerifier.WhatIsWrong(result, byHeadcount: true));
        Assert.Equal(600, result.GetProperty("entries").EnumerateArray().Count(entry => entry.TryGetProperty("slot", out _)));
        Assert.Equal(JsonValueKind.Array, result.GetProperty("slots").ValueKind);
        Assert.Equal(600L, await app.Database.CountAsync($"booking WHERE field_id = '{draw.Field}' AND state = 'confirmed'"));
    }

    public sealed class SweepingApp(TestServers servers) : VenuesApp(servers)
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings => [.. base.Settings, new(DrawSweep.Setting, "5")];
    }
}

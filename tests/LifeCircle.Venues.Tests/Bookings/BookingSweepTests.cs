using LifeCircle.Contracts.Venues;
using LifeCircle.Venues.Bookings;

namespace LifeCircle.Venues.Tests.Bookings;

/// <summary>In a service of two replicas that sweep every five minutes. The clock is moved: every test has a day of its own.</summary>
public sealed class BookingSweepTests(BookingSweepTests.SweepingApp app) : IClassFixture<BookingSweepTests.SweepingApp>
{
    [Fact]
    public async Task What_timers_that_were_lost_have_left_is_done_once()
    {
        await using var ended = await app.Broker.ListenAsync<BookingCancelled>();
        await using var unused = await app.Broker.ListenAsync<BookingNoShow>();
        await using var used = await app.Broker.ListenAsync<BookingCompleted>();
        var school = await SharedSchool.CreateAsync(app, terms: """{"days_ahead": 60, "unused_limit": 1}""");
        var deciding = await SharedSchool.CreateAsync(app, terms: """{"days_ahead": 60, "approval": "all"}""");
        var (court, track, other) = (await school.CourtAsync(), await school.TrackAsync(), await deciding.CourtAsync());
        using var client = app.District();
        var evening = Tomorrow(18);
        var enters = await client.MustBookAsync(SharedSchool.Slot(court, evening));
        var missing = await client.MustBookAsync(SharedSchool.Slot(track, evening, more: """, "party_size": 3"""));
        var undecided = await client.MustBookAsync(SharedSchool.Slot(other, evening));
        var stays = await client.MustBookAsync(SharedSchool.Slot(track, evening.AddHours(2), more: """, "party_size": 2"""));
        app.Clock.Advance(evening.AddMinutes(-10) - app.Clock.Now);
        await school.MustPostAsync("check-in", $$"""{"booking_id": "{{enters["id"]}}"}""");
        var held = await client.MustBookAsync(SharedSchool.Slot(track, evening.AddHours(2), more: """, "party_size": 4, "hold": true"""));
        await LoseTimersAsync();

        app.Clock.Advance(TimeSpan.FromMinutes(16));
        await client.BecomesAsync(held, "expired");
        await client.BecomesAsync(undecided, "cancelled_by_school");
        app.Clock.Advance(TimeSpan.FromMinutes(65));
        await client.BecomesAsync(missing, "no_show");
        await client.BecomesAsync(enters, "completed");

        Assert.Equal("confirmed", (await client.SeeAsync(stays))["state"]);
        Assert.Equal(2, await app.PlacesAsync(track));
        Assert.Equal(0L, await app.Database.CountAsync($"field_claim WHERE field_id IN ('{court}', '{other}')"));
        Assert.Equal(1L, await app.Database.CountAsync($"person WHERE id = '{missing["person_id"]}' AND banned_until > '{app.Clock.Now.AddDays(29):O}'"));
        foreach (var (booking, version) in ((Answer, long)[])[(enters, 3), (missing, 2), (undecided, 2), (held, 2), (stays, 1)])
            Assert.Equal(version, await app.Database.QueryAsync<long>($"SELECT version FROM booking WHERE id = '{booking["id"]}'"));
        var states = new List<string>();
        while (states.Count < 2) states.Add((await ended.NextAsync(fact => Is(held, fact.BookingId) || Is(undecided, fact.BookingId))).State);
        Assert.Equal(["cancelled_by_school", "expired"], states.Order());
        await unused.NextAsync(fact => Is(missing, fact.BookingId));
        await used.NextAsync(fact => Is(enters, fact.BookingId));

        static bool Is(Answer booking, Guid id) => booking["id"] == id.ToString();
    }

    [Fact]
    public async Task A_timer_that_is_on_its_way_is_not_lost()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"days_ahead": 60, "no_show_after_minutes": 40}""");
        var deciding = await SharedSchool.CreateAsync(app, terms: """{"days_ahead": 60, "approval": "all"}""");
        using var client = app.District();
        var evening = Tomorrow(18);
        // Looked at first, because it has begun first; and behind it one that was due earlier.
        var waits = await client.MustBookAsync(SharedSchool.Slot(await school.CourtAsync(), evening));
        await deciding.MustPostAsync("hours", $$"""{"valid_from": "{{evening:yyyy-MM-dd}}", "hours": {{SharedSchool.EveryDay("""{"from": "18:30", "until": "20:30"}""")}} }""");
        var due = await client.MustBookAsync(SharedSchool.Slot(await deciding.CourtAsync(), evening.AddMinutes(30)));
        await LoseTimersAsync();

        app.Clock.Advance(evening.AddMinutes(42) - app.Clock.Now);
        await client.BecomesAsync(due, "cancelled_by_school");
        Assert.Equal("confirmed", (await client.SeeAsync(waits))["state"]);
        app.Clock.Advance(TimeSpan.FromMinutes(8));
        await client.BecomesAsync(waits, "no_show");
    }

    [Fact]
    public async Task However_many_there_are_one_sweep_goes_through_them_all_and_not_through_what_is_over()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var held = await client.MustBookAsync(SharedSchool.Slot(court, Tomorrow(18), more: """, "hold": true"""));
        await CopyAsync(held, 450, "");
        await CopyAsync(held, 20_000, ", 'state', 'expired', 'ended_at', now()");
        await app.Database.ExecuteAsync("ANALYZE booking");
        await LoseTimersAsync();

        app.Clock.Advance(TimeSpan.FromMinutes(16));

        await Eventually.IsAsync(451L, () => app.Database.CountAsync($"booking WHERE field_id = '{court}' AND state = 'expired' AND version = 2"), seconds: 60);
        await Eventually.IsTrueAsync(() => app.Database.QueryAsync<bool>("SELECT idx_scan > 0 FROM pg_stat_user_indexes WHERE indexrelname = 'ix_booking_due'"), "found by the index");
    }

    private Task<int> CopyAsync(Answer booking, int times, string changed) => app.Database.ExecuteAsync($"""
        INSERT INTO booking
        SELECT (jsonb_populate_record(booking, jsonb_build_object('id', gen_random_uuid(){changed}))).* FROM booking, generate_series(1, {times}) WHERE id = '{booking["id"]}'
        """);

    private Task<int> LoseTimersAsync() => app.Database.ExecuteAsync("DELETE FROM outbox_message WHERE message_type LIKE '%:BookingDue'");

    // A day that no earlier test of the class has come to.
    private DateTimeOffset Tomorrow(int hour) => new(app.Clock.Now.ToOffset(TimeSpan.FromHours(8)).Date.AddDays(1).AddHours(hour), TimeSpan.FromHours(8));

    public sealed class SweepingApp(TestServers servers) : VenuesApp(servers)
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings => [.. base.Settings, new(BookingSweep.Setting, "5")];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await StartReplicaAsync();
        }
    }
}

using System.Net;

namespace LifeCircle.Venues.Tests.Waitlists;

/// <summary>Races, replicas and crashes of the line.</summary>
public sealed class WaitlistDueTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private const string Waiting = "datname = current_database() AND wait_event_type = 'Lock'";

    [Fact]
    public async Task Places_that_become_free_at_once_go_to_the_first_in_line_one_each_with_two_replicas()
    {
        var second = await app.StartReplicaAsync();
        var school = await SharedSchool.CreateAsync(app);
        var track = await school.TrackAsync(capacity: 4);
        var slot = app.Evening();
        List<Answer> booked = [];
        for (var place = 0; place < 4; place++) booked.Add(await app.BookAsync(track, slot));
        List<string> line = [];
        for (var place = 0; place < 6; place++) line.Add(await app.JoinAsync(track, slot));

        using var here = app.District();
        using var there = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' ') }, second);
        var cancelled = await Task.WhenAll(booked.Select((row, place) =>
            (place % 2 == 0 ? here : there).PostJsonAsync($"{row.Header("Location")}/cancel", "{}", ("If-Match", row.Header("ETag")!))));
        Assert.All(cancelled, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));

        foreach (var entry in line[..4]) await app.BecomesAsync(entry, "offered");
        await app.HeardAsync(track, places: 4);
        foreach (var entry in line[4..]) Assert.Equal("waiting", (await app.EntryAsync(entry))["state"]);
        Assert.Equal(4L, await app.Database.CountAsync($"booking WHERE field_id = '{track}' AND state = 'held' AND starts_at = '{slot:O}'"));
        Assert.Equal(4, await app.Database.QueryAsync<int>($"SELECT taken FROM headcount_session WHERE field_id = '{track}' AND starts_at = '{slot:O}'"));
        await app.StopReplicaAsync(); // the other goes on with the line
        await app.MustAsync((await app.EntryAsync(line[0])).BookingPath(), "cancel");
        await app.BecomesAsync(line[4], "offered");
    }

    [Fact]
    public async Task Who_joins_while_the_place_becomes_free_is_not_forgotten()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        for (var round = 0; round < 12; round++)
        {
            var slot = app.Evening(3 + round);
            var booked = await app.BookAsync(court, slot);
            var joining = app.TryJoinAsync(court, slot);
            var leaving = app.MustAsync(booked.Header("Location")!, "cancel");
            await Task.WhenAll(joining, leaving);
            var joined = await joining;
            if (joined.Status == HttpStatusCode.Created) await app.BecomesAsync(joined.Header("Location")!, "offered");
            else Assert.Equal("venues.slot_free", joined.Code);
        }
    }

    [Fact]
    public async Task A_booking_that_comes_before_the_offer_wins_and_the_line_waits_for_the_next_place()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var slot = app.Evening();
        var booked = await app.BookAsync(court, slot);
        var entry = await app.JoinAsync(court, slot);
        await app.HeardAsync(court);
        await using (await HoldAsync(entry))
        {
            await app.MustAsync(booked.Header("Location")!, "cancel");
            await WaitsAsync();
            booked = await app.BookAsync(court, slot);
        }
        await app.HeardAsync(court);
        var waits = await app.EntryAsync(entry);
        Assert.Equal(("waiting", "1"), (waits["state"], waits["position"]));
        Assert.Equal(0L, await app.Database.CountAsync($"booking WHERE waitlist_entry_id = '{waits["id"]}'"));
        await app.MustAsync(booked.Header("Location")!, "cancel");
        await app.BecomesAsync(entry, "offered");
    }

    [Fact]
    public async Task An_offer_whose_transaction_dies_half_way_is_made_once_all_the_same()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var slot = app.Evening();
        var booked = await app.BookAsync(court, slot);
        var (first, second) = (await app.JoinAsync(court, slot), await app.JoinAsync(court, slot));
        await app.HeardAsync(court);
        var person = await HoldAsync(first);
        await app.MustAsync(booked.Header("Location")!, "cancel");
        await WaitsAsync();
        await using (await HeldLock.TakeAsync(app, "LOCK TABLE booking IN EXCLUSIVE MODE"))
        {
            await person.DisposeAsync();
            await Eventually.IsTrueAsync(() => app.Database.QueryAsync<bool>(
                $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {Waiting} AND query LIKE '%INSERT INTO booking%')"), "the place is taken, the booking not yet there");
            await app.Database.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {Waiting} AND query LIKE '%INSERT INTO booking%'");
        }

        await app.BecomesAsync(first, "offered");
        await app.HeardAsync(court);
        Assert.Equal("waiting", (await app.EntryAsync(second))["state"]);
        Assert.Equal(1L, await app.Database.CountAsync($"booking WHERE waitlist_entry_id = '{first.Split('/')[^1]}'"));
        Assert.Equal(1L, await app.Database.CountAsync($"field_claim JOIN booking ON booking.id = booking_id WHERE starts_at = '{slot:O}' AND field_claim.field_id = '{court}'"));
    }

    [Fact]
    public async Task A_replica_that_goes_while_it_makes_an_offer_leaves_it_to_another()
    {
        await app.StartReplicaAsync();
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var slot = app.Evening();
        var booked = await app.BookAsync(court, slot);
        var entry = await app.JoinAsync(court, slot);
        await app.HeardAsync(court);
        Task going;
        await using (await HoldAsync(entry))
        {
            await app.MustAsync(booked.Header("Location")!, "cancel");
            await WaitsAsync();
            going = app.StopReplicaAsync(); // it has the queue, or the other has
        }
        await going;
        await app.BecomesAsync(entry, "offered");
        Assert.Equal(1L, await app.Database.CountAsync($"booking WHERE waitlist_entry_id = '{entry.Split('/')[^1]}'"));
    }

    private Task WaitsAsync() => Eventually.IsTrueAsync(
        () => app.Database.QueryAsync<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {Waiting})"), "somebody waits for the person");

    private async Task<HeldLock> HoldAsync(string entry) => await HeldLock.OfPersonAsync(app, await app.EntryAsync(entry));
}

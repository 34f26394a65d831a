using System.Net;
using LifeCircle.Contracts.Venues;
using Npgsql;

namespace LifeCircle.Venues.Tests.Bookings.Making;

public sealed class MoveBookingTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private static readonly DateTimeOffset Evening = VenuesApp.At(1, "18:00");

    [Fact]
    public async Task A_booking_moves_and_its_former_slot_is_free()
    {
        await using var heard = await app.Broker.ListenAsync<SlotBooked>();
        var school = await SharedSchool.CreateAsync(app, terms: """{"most_per_week": 1}""");
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync());
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, Evening, more: """, "party_size": 2"""));

        var moved = await client.ChangeAsync(booked, "move", Booked.Place(track, Evening.AddHours(1), hours: 2, more: """, "party_size": 3"""));
        var stale = await client.ChangeAsync(booked, "move", Booked.Place(track, Evening.AddHours(1)));

        Assert.True(moved.Status == HttpStatusCode.OK, moved.Text);
        Assert.Equal((track.ToString(), null, "3", "2"), (moved["field_id"], moved["unit"], moved["party_size"], moved["version"]));
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.Status);
        Assert.Equal((0, 6), (await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"), await app.PlacesAsync(track)));
        var told = await heard.NextAsync(fact => fact.FieldId == track && fact.BookingId == Guid.Parse(booked["id"]!));
        Assert.Equal((Guid.Parse(booked["id"]!), 2L, Evening.AddHours(1)), (told.BookingId, told.Version, told.From));
        await client.MustBookAsync(SharedSchool.Slot(court, Evening));

        var back = await client.ChangeAsync(moved, "move", Booked.Place(track, Evening, hours: 2, more: """, "party_size": 1"""));
        Assert.Equal((HttpStatusCode.OK, 2L), (back.Status, await app.PlacesAsync(track)));
    }

    [Fact]
    public async Task Where_it_cannot_go_it_stays()
    {
        var school = await SharedSchool.CreateAsync(app);
        var other = await SharedSchool.CreateAsync(app);
        var (court, track, elsewhere) = (await school.CourtAsync(), await school.TrackAsync(capacity: 2), await other.CourtAsync());
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, Evening));
        await client.MustBookAsync(SharedSchool.Slot(court, Evening.AddHours(1)));
        await client.MustBookAsync(SharedSchool.Slot(track, Evening.AddHours(1), more: """, "party_size": 2"""));

        Assert.Equal("venues.slot_taken", (await client.ChangeAsync(booked, "move", Booked.Place(court, Evening, hours: 2))).Code);
        Assert.Equal("venues.session_full", (await client.ChangeAsync(booked, "move", Booked.Place(track, Evening, hours: 2))).Code);
        Assert.Equal("venues.field_not_found", (await client.ChangeAsync(booked, "move", Booked.Place(elsewhere, Evening))).Code);
        Assert.Equal("venues.free_group_not_allowed", (await client.ChangeAsync(booked, "move", Booked.Place(court, Evening.AddHours(2), more: """, "free_group": "student" """))).Code);
        Assert.Equal("venues.interval_invalid", (await client.ChangeAsync(booked, "move", Booked.Place(court, Evening, hours: -1))).Code);
        Assert.Equal("venues.group_missing", (await client.ChangeAsync(booked, "move", Booked.Place(court, Evening, more: """, "party_size": 12"""))).Code);
        Assert.Equal((1, 2), (await app.Database.CountAsync($"field_claim WHERE booking_id = '{booked["id"]}'"), await app.PlacesAsync(track)));
        Assert.Equal("1", (await client.SeeAsync(booked))["version"]);
    }

    [Fact]
    public async Task A_group_that_has_grown_says_so_and_pays_the_difference()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"fee_per_hour": {"amount": 10, "currency": "CNY"}, "approval": "groups"}""");
        var court = await school.CourtAsync();
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, Evening, more: """, "payment_reference": "P-1" """));
        const string group = """, "party_size": 12, "group": {"name": "晨跑队", "insurance_reference": "I-9"}""";

        Assert.Equal("venues.payment_missing", (await client.ChangeAsync(booked, "move", Booked.Place(court, Evening, hours: 2, more: group))).Code);
        var moved = await client.ChangeAsync(booked, "move", Booked.Place(court, Evening, hours: 2, more: group + """, "payment_reference": "P-2" """));

        Assert.True(moved.Status == HttpStatusCode.OK, moved.Text);
        Assert.Equal(("pending_approval", "P-2", "晨跑队"), (moved["state"], moved["payment_reference"], moved.Json.GetProperty("group").GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Too_late_is_too_late()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"cancel_before_minutes": 120}""");
        var court = await school.CourtAsync();
        using var client = app.District();
        var (soon, edge) = (await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(0, "11:00"))), await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(0, "12:00"))));

        Assert.Equal("venues.too_late_to_move", (await client.ChangeAsync(soon, "move", Booked.Place(court, Evening))).Code);
        Assert.Equal(HttpStatusCode.OK, (await client.ChangeAsync(edge, "move", Booked.Place(court, Evening))).Status);
    }

    [Fact]
    public async Task Two_who_want_each_others_place_both_keep_their_own_and_nobody_waits_for_ever()
    {
        var school = await SharedSchool.CreateAsync(app);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync(capacity: 4));
        using var client = app.District();
        var (one, two) = (await client.MustBookAsync(SharedSchool.Slot(court, Evening)), await client.MustBookAsync(SharedSchool.Slot(court, Evening.AddHours(1))));
        var (early, late) = (await client.MustBookAsync(SharedSchool.Slot(track, Evening)), await client.MustBookAsync(SharedSchool.Slot(track, Evening.AddHours(1))));

        for (var round = 0; round < 5; round++)
        {
            var swaps = await Task.WhenAll(client.ChangeAsync(one, "move", Booked.Place(court, Evening.AddHours(1))), client.ChangeAsync(two, "move", Booked.Place(court, Evening)));
            Assert.All(swaps, swap => Assert.Equal("venues.slot_taken", swap.Code));
            // Places: moves back in time against bookings of both slots forward.
            var both = Enumerable.Range(0, 4).Select(_ => client.BookAsync(SharedSchool.Slot(track, Evening, hours: 2)));
            var answers = await Task.WhenAll([client.ChangeAsync(late, "move", Booked.Place(track, Evening)), client.ChangeAsync(early, "move", Booked.Place(track, Evening.AddHours(1))), .. both]);
            Assert.All(answers, answer => Assert.True((int)answer.Status is 200 or 201 or 409, answer.Text));
            foreach (var booked in answers[2..].Where(answer => answer.Status == HttpStatusCode.Created)) await client.ChangeAsync(booked, "cancel");
            (early, late) = (await client.SeeAsync(early), await client.SeeAsync(late));
        }

        Assert.Equal(2, await app.PlacesAsync(track));
    }

    [Fact]
    public async Task Changes_of_one_booking_at_once_leave_it_and_its_place_in_step()
    {
        var school = await SharedSchool.CreateAsync(app);
        var track = await school.TrackAsync(capacity: 10);
        using var client = app.District();
        for (var round = 0; round < 6; round++)
        {
            var from = VenuesApp.At(3 + round, "18:00");
            var booked = await client.MustBookAsync(SharedSchool.Slot(track, from));
            Task<Answer>[] changes =
            [
                client.ChangeAsync(booked, "cancel"), client.ChangeAsync(booked, "move", Booked.Place(track, from.AddHours(1), hours: 2)),
                client.ChangeAsync(booked, "cancel"), client.ChangeAsync(booked, "reject", """{"reason_zh": "维修"}"""),
                school.MustPostAsync("closures", $$"""{"field_ids": ["{{track}}"], "from": "{{from:yyyy-MM-dd}}T18:00:00+08:00", "until": "{{from:yyyy-MM-dd}}T21:00:00+08:00", "reason": "weather", "text_zh": "雨"}"""),
            ];
            var answers = await Task.WhenAll(changes);
            Assert.All(answers, answer => Assert.True((int)answer.Status is 200 or 201 or 409 or 412 or 422, answer.Text));
        }
        Assert.Equal(0, await app.Database.CountAsync($"booking WHERE field_id = '{track}' AND state = 'confirmed'"));
        Assert.Equal(0, await app.PlacesAsync(track));
    }

    [Fact]
    public async Task A_move_back_in_time_waits_for_the_earlier_places_before_it_holds_the_later_ones()
    {
        var school = await SharedSchool.CreateAsync(app);
        var track = await school.TrackAsync();
        using var client = app.District();
        await client.MustBookAsync(SharedSchool.Slot(track, Evening));
        var booked = await client.MustBookAsync(SharedSchool.Slot(track, Evening.AddHours(1)));
        await using var other = new NpgsqlConnection(app.Database.ConnectionString);
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);

        // As a booking of both slots that has the first.
        await HoldAsync($"headcount_session WHERE field_id = '{track}' AND starts_at = '{Evening:O}' FOR UPDATE");
        var move = client.ChangeAsync(booked, "move", Booked.Place(track, Evening));
        await WaitsAsync("%headcount_session%");
        await HoldAsync($"headcount_session WHERE field_id = '{track}' AND starts_at = '{Evening.AddHours(1):O}' FOR UPDATE NOWAIT");
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, (await move).Status);

        async Task HoldAsync(string rows)
        {
            await using var hold = new NpgsqlCommand($"SELECT FROM {rows}", other, transaction);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Places_are_counted_anew_when_nobody_is_just_giving_some_back()
    {
        var school = await SharedSchool.CreateAsync(app);
        var track = await school.TrackAsync();
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(track, Evening));
        await using var other = new NpgsqlConnection(app.Database.ConnectionString);
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);

        // As a cancellation that has begun, of a booking that the closure does not meet.
        await using var hold = new NpgsqlCommand($"UPDATE booking SET state = 'cancelled_by_user' WHERE id = '{booked["id"]}'", other, transaction);
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var closing = school.MustPostAsync("closures", """{"from": "2026-03-12T18:00:00+08:00", "until": "2026-03-12T19:00:00+08:00", "reason": "weather", "text_zh": "雨"}""");
        await WaitsAsync("%FROM booking%");
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        await closing;

        Assert.Equal(0, await app.PlacesAsync(track));
    }

    private Task WaitsAsync(string query) => Eventually.IsTrueAsync(() => app.Database.QueryAsync<bool>(
        $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '{query}')"), "it waits");
}

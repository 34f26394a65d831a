using System.Net;
using LifeCircle.Contracts.Venues;

namespace LifeCircle.Venues.Tests.Bookings;

/// <summary>What time does. The clock is moved: every test has days of its own.</summary>
public sealed class BookingDueTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task A_hold_ends_and_its_slot_is_free_again()
    {
        await using var heard = await app.Broker.ListenAsync<BookingCancelled>();
        var school = await SharedSchool.CreateAsync(app);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync());
        using var client = app.District();
        var evening = Tomorrow(18);
        var held = await client.MustBookAsync(SharedSchool.Slot(court, evening, more: """, "hold": true"""));
        var places = await client.MustBookAsync(SharedSchool.Slot(track, evening, more: """, "hold": true, "party_size": 3"""));
        var kept = await client.MustBookAsync(SharedSchool.Slot(court, evening.AddHours(1), more: """, "hold": true"""));
        kept = await client.ChangeAsync(kept, "confirm", "{}");

        app.Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("venues.slot_taken", (await client.BookAsync(SharedSchool.Slot(court, evening))).Code);
        await AdvanceAsync(app.Clock.Now.AddMinutes(1), kept);
        var late = await client.ChangeAsync(held, "confirm", "{}");
        await client.BecomesAsync(held, "expired");
        await client.BecomesAsync(places, "expired");

        Assert.True(late.Code is "venues.hold_expired" || (int)late.Status == 412, late.Text);
        await client.MustBookAsync(SharedSchool.Slot(court, evening));
        Assert.Equal(0, await app.PlacesAsync(track));
        Assert.Equal(("confirmed", "False"), ((await client.SeeAsync(kept))["state"], (await client.SeeAsync(held))["unused"]));
        var told = await heard.NextAsync(fact => fact.FieldId == court && fact.BookingId == Guid.Parse(held["id"]!));
        Assert.Equal((Guid.Parse(held["id"]!), "expired", 2L), (told.BookingId, told.State, told.Version));
    }

    [Fact]
    public async Task A_hold_does_not_outlast_the_beginning_of_its_slot()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var evening = Tomorrow(18);
        app.Clock.Advance(evening.AddMinutes(-3) - app.Clock.Now);

        var held = await client.MustBookAsync(SharedSchool.Slot(court, evening, more: """, "hold": true"""));

        Assert.Equal(evening, DateTimeOffset.Parse(held["held_until"]!, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Nobody_at_the_gate_frees_the_rest_of_the_time_and_counts()
    {
        await using var heard = await app.Broker.ListenAsync<BookingNoShow>();
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var evening = Tomorrow(18);
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, evening, hours: 2));
        var moved = await client.ChangeAsync(await client.MustBookAsync(SharedSchool.Slot(court, evening.AddHours(2))), "move", Booked.Place(court, evening.AddDays(1)));

        app.Clock.Advance(evening.AddMinutes(14) - app.Clock.Now);
        Assert.Equal("venues.slot_taken", (await client.BookAsync(SharedSchool.Slot(court, evening.AddHours(1)))).Code);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await client.BecomesAsync(booked, "no_show");

        Assert.Equal("True", (await client.SeeAsync(booked))["unused"]);
        Assert.Equal("venues.booking_state", (await client.ChangeAsync(await client.SeeAsync(booked), "cancel")).Code);
        await client.MustBookAsync(SharedSchool.Slot(court, evening.AddHours(1)));
        var told = await heard.NextAsync(fact => fact.FieldId == court && fact.BookingId == Guid.Parse(booked["id"]!));
        Assert.Equal((Guid.Parse(booked["id"]!), 2L, evening.AddMinutes(15)), (told.BookingId, told.Version, told.At));
        await AdvanceAsync(evening.AddMinutes(135), moved); // past the moved one's former time
        Assert.Equal("confirmed", (await client.SeeAsync(moved))["state"]);
    }

    [Fact]
    public async Task Milder_terms_announced_since_booking_count_and_stricter_ones_do_not()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var (longer, shorter) = (Tomorrow(18), Tomorrow(18).AddDays(1));
        var (one, two) = (await client.MustBookAsync(SharedSchool.Slot(court, longer)), await client.MustBookAsync(SharedSchool.Slot(court, shorter)));
        app.Clock.Advance(TimeSpan.FromMinutes(1)); // nobody had notice before
        await school.MustPostAsync("terms", $$"""{"valid_from": "{{longer:yyyy-MM-dd}}", "terms": {"no_show_after_minutes": 40} }""");
        await school.MustPostAsync("terms", $$"""{"valid_from": "{{shorter:yyyy-MM-dd}}", "terms": {"no_show_after_minutes": 5, "unused_limit": 1} }""");
        var three = await client.MustBookAsync(SharedSchool.Slot(court, shorter.AddHours(1)));

        await AdvanceAsync(longer.AddMinutes(20), one);
        Assert.Equal("confirmed", (await client.SeeAsync(one))["state"]);
        app.Clock.Advance(TimeSpan.FromMinutes(20));
        await client.BecomesAsync(one, "no_show");
        await AdvanceAsync(shorter.AddMinutes(14), two);
        Assert.Equal("confirmed", (await client.SeeAsync(two))["state"]);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await client.BecomesAsync(two, "no_show");
        app.Clock.Advance(shorter.AddMinutes(65) - app.Clock.Now);
        await client.BecomesAsync(three, "no_show"); // made when they were known
        await BannedAsync(three, 1);
        await BannedAsync(two, 0);
    }

    [Fact]
    public async Task What_the_school_has_not_decided_by_the_beginning_is_off_without_penalty()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"approval": "all", "days_ahead": 60}""");
        var court = await school.CourtAsync();
        using var client = app.District();
        var evening = Tomorrow(18);
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, evening));

        app.Clock.Advance(evening - app.Clock.Now);
        var late = await client.ChangeAsync(booked, "approve");
        await client.BecomesAsync(booked, "cancelled_by_school");

        Assert.True(late.Code is "venues.booking_begun" || (int)late.Status == 412, late.Text);
        Assert.Equal("False", (await client.SeeAsync(booked))["unused"]);
        Assert.Equal(0, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
    }

    [Fact]
    public async Task A_used_booking_is_complete_at_its_end()
    {
        await using var heard = await app.Broker.ListenAsync<BookingCompleted>();
        var school = await SharedSchool.CreateAsync(app);
        var track = await school.TrackAsync();
        using var client = app.District();
        var evening = Tomorrow(18);
        var booked = await client.MustBookAsync(SharedSchool.Slot(track, evening, more: """, "party_size": 4"""));
        app.Clock.Advance(evening.AddMinutes(-10) - app.Clock.Now);
        await client.PostJsonAsync($"{school.Path}/check-in", $$"""{"entry_code": "{{booked["entry_code"]}}", "attended": 3}""");

        await AdvanceAsync(evening.AddMinutes(59), booked);
        Assert.Equal("checked_in", (await client.SeeAsync(booked))["state"]);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await client.BecomesAsync(booked, "completed");

        var told = await heard.NextAsync(fact => fact.FieldId == track && fact.BookingId == Guid.Parse(booked["id"]!));
        Assert.Equal((Guid.Parse(booked["id"]!), 3, 3L), (told.BookingId, told.Attended, told.Version));
        Assert.Equal(0, await app.PlacesAsync(track));
    }

    [Fact]
    public async Task The_third_that_was_not_used_bans_for_thirty_days_and_the_district_may_lift_that()
    {
        var school = await SharedSchool.CreateAsync(app);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync());
        using var client = app.District();
        using var company = app.Client(new TestToken { Scopes = ["venues.manage", "bookings.write"], OperatorId = Guid.CreateVersion7() });
        var (banned, forgiven) = (SharedSchool.NewPerson(), SharedSchool.NewPerson());
        var evening = Tomorrow(18);
        // One late cancellation and two no-shows; the other person the same a day later.
        app.Clock.Advance(evening.AddHours(-1) - app.Clock.Now);
        foreach (var person in (int[])[banned, forgiven])
            Assert.Equal("True", (await client.ChangeAsync(await client.MustBookAsync(SharedSchool.Slot(track, evening, person)), "cancel"))["unused"]);
        foreach (var day in (int[])[0, 1])
        {
            Answer[] missed = [await client.MustBookAsync(SharedSchool.Slot(track, evening.AddDays(day), banned)), await company.MustBookAsync(SharedSchool.Slot(track, evening.AddDays(day), forgiven))];
            app.Clock.Advance(evening.AddDays(day).AddMinutes(15) - app.Clock.Now);
            foreach (var booking in missed) await client.BecomesAsync(booking, "no_show");
        }

        var refused = await client.BookAsync(SharedSchool.Slot(court, evening.AddDays(3), banned));
        Assert.Equal(("venues.person_banned", "person"), (refused.Code, refused.Fields));
        var id = (await client.PostJsonAsync("/venues/v1/persons/find", $$"""{"resident_id": "{{SharedSchool.ResidentIdOf(forgiven)}}"}"""))["id"];
        using var street = app.Client(new TestToken { Scopes = ["venues.manage", "bookings.read"], Division = "410603001" });
        using var stranger = app.Client(new TestToken { Scopes = ["venues.manage"], OperatorId = Guid.CreateVersion7() });
        // Of whom a street has no booking it learns nothing, as of any other person.
        using var another = app.Client(new TestToken { Scopes = ["venues.manage", "bookings.read"], Division = "410603002" });
        var answers = new List<(HttpStatusCode, string?)>();
        foreach (var asks in (HttpClient[])[street, company, another, stranger])
        {
            var answer = await asks.PostJsonAsync($"/venues/v1/persons/{id}/lift-ban", "");
            answers.Add((answer.Status, answer.Code));
        }
        var (seen, unseen) = ((HttpStatusCode.Forbidden, "venues.district_only"), (HttpStatusCode.NotFound, "venues.person_not_found"));
        Assert.Equal([seen, seen, unseen, unseen], answers);
        var lifted = await client.PostJsonAsync($"/venues/v1/persons/{id}/lift-ban", "");
        Assert.True((int)lifted.Status == 200 && lifted["banned_until"] is null, lifted.Text);
        Assert.Equal(1, await app.Database.CountAsync($"audit_entry WHERE subject_id = '{id}' AND action = 'person.ban_lifted'"));

        // What was unused before does not count again.
        app.Clock.Advance(TimeSpan.FromHours(1));
        var once = await client.MustBookAsync(SharedSchool.Slot(court, evening.AddDays(2), forgiven));
        app.Clock.Advance(evening.AddDays(2).AddMinutes(15) - app.Clock.Now);
        await client.BecomesAsync(once, "no_show");
        await client.MustBookAsync(SharedSchool.Slot(court, evening.AddDays(3), forgiven));

        app.Clock.Advance(evening.AddDays(31).AddMinutes(14) - app.Clock.Now);
        Assert.Equal("venues.person_banned", (await client.BookAsync(SharedSchool.Slot(court, evening.AddDays(33), banned))).Code);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await client.MustBookAsync(SharedSchool.Slot(court, evening.AddDays(33), banned));
    }

    // A day that no earlier test of the class has come to.
    private DateTimeOffset Tomorrow(int hour) => new(app.Clock.Now.ToOffset(TimeSpan.FromHours(8)).Date.AddDays(1).AddHours(hour), TimeSpan.FromHours(8));

    // To a moment, until the booking's timers that are due then have been heard: what they did is done.
    private async Task AdvanceAsync(DateTimeOffset to, Answer booking)
    {
        var timers = await app.Database.QueryAsync<Guid[]>(
            $"SELECT coalesce(array_agg(id), '{{}}') FROM outbox_message WHERE aggregate_id = '{booking["id"]}' AND not_before <= '{to:O}'");
        Assert.NotEmpty(timers);
        app.Clock.Advance(to - app.Clock.Now);
        await Eventually.IsAsync((long)timers.Length, () => app.Database.CountAsync($"inbox_message WHERE message_id IN ('{string.Join("', '", timers)}')"));
    }

    private async Task BannedAsync(Answer booking, long times) =>
        Assert.Equal(times, await app.Database.CountAsync($"person WHERE id = '{booking["person_id"]}' AND banned_until IS NOT NULL"));
}

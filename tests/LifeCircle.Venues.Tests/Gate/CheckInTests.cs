using System.Net;
using LifeCircle.Contracts.Venues;
using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Gate;

/// <summary>At the gate, at half past five in the afternoon of Wednesday.</summary>
public sealed class CheckInTests(GateApp app) : IClassFixture<GateApp>
{
    private static readonly DateTimeOffset Evening = VenuesApp.At(1, "18:00");

    [Fact]
    public async Task One_comes_in_by_code_once()
    {
        await using var heard = await app.Broker.ListenAsync<BookingCheckedIn>();
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        using var guard = app.Client(new TestToken { Scopes = ["bookings.gate"], Division = "410603001001" });
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, Evening, more: """, "party_size": 4"""));
        var code = $$"""{"entry_code": "{{booked["entry_code"]}}"}""";

        var many = await guard.PostJsonAsync($"{school.Path}/check-in", $$"""{"entry_code": "{{booked["entry_code"]}}", "attended": 5}""");
        var entered = await guard.PostJsonAsync($"{school.Path}/check-in", code);
        var again = await guard.PostJsonAsync($"{school.Path}/check-in", code);
        var wrong = await guard.PostJsonAsync($"{school.Path}/check-in", $$"""{"entry_code": "{{(booked["entry_code"] == "000000" ? "000001" : "000000")}}"}""");

        Assert.Equal(("venues.party_too_large", "attended"), (many.Code, many.Fields));
        Assert.Equal((HttpStatusCode.OK, "checked_in", booked["id"], "王**"), (entered.Status, entered["state"], entered["booking_id"], entered["name"]));
        Assert.Equal(("venues.booking_state", "venues.entry_code_unknown"), (again.Code, wrong.Code));
        Assert.Equal("4", (await client.SeeAsync(booked))["attended"]);
        var told = await heard.NextAsync(fact => fact.FieldId == court && fact.BookingId == Guid.Parse(booked["id"]!));
        Assert.Equal((Guid.Parse(booked["id"]!), 2L, 4), (told.BookingId, told.Version, told.Attended));
    }

    [Fact]
    public async Task One_comes_in_without_a_smartphone_for_two_bookings_in_a_row()
    {
        var school = await SharedSchool.CreateAsync(app);
        var track = await school.TrackAsync();
        using var client = app.District();
        var person = SharedSchool.NewPerson();
        var (one, two) = (await client.MustBookAsync(SharedSchool.Slot(track, Evening, person)), await client.MustBookAsync(SharedSchool.Slot(track, Evening.AddHours(1), person)));
        // As a reader of cards may send it: full width, and x of lower case.
        var card = $$"""{"resident_id": "{{string.Concat(SharedSchool.ResidentIdOf(person).Select(letter => letter is 'X' ? 'x' : (char)(letter - '0' + '０')))}}"}""";

        var first = await client.PostJsonAsync($"{school.Path}/check-in", card);
        var second = await client.PostJsonAsync($"{school.Path}/check-in", card);

        Assert.Equal((one["id"], "checked_in"), (first["booking_id"], first["state"]));
        Assert.Equal("venues.booking_state", second.Code); // too early for the next, and in already
        Assert.Equal("confirmed", (await client.SeeAsync(two))["state"]);
        Assert.Equal("venues.entry_code_unknown", (await client.PostJsonAsync($"{school.Path}/check-in", $$"""{"resident_id": "{{SharedSchool.ResidentIdOf(SharedSchool.NewPerson())}}"}""")).Code);
        Assert.Equal("resident_id", (await client.PostJsonAsync($"{school.Path}/check-in", """{"resident_id": "410699195001010011"}""")).Fields);
    }

    [Fact]
    public async Task Too_early_too_late_and_elsewhere_is_no_entry()
    {
        var (school, other) = (await SharedSchool.CreateAsync(app), await SharedSchool.CreateAsync(app));
        var court = await school.CourtAsync();
        using var client = app.District();
        using var foreign = app.Client(new TestToken { Scopes = ["bookings.gate"], Division = "410603002" });
        var (now, later) = (await client.MustBookAsync(SharedSchool.Slot(court, Evening)), await client.MustBookAsync(SharedSchool.Slot(court, Evening.AddHours(2))));

        Assert.Equal("venues.entry_not_now", (await client.PostJsonAsync($"{school.Path}/check-in", $$"""{"booking_id": "{{later["id"]}}"}""")).Code);
        Assert.Equal("venues.entry_code_unknown", (await client.PostJsonAsync($"{school.Path}/check-in", $$"""{"entry_code": "{{later["entry_code"]}}"}""")).Code);
        Assert.Equal("venues.entry_code_unknown", (await client.PostJsonAsync($"{other.Path}/check-in", $$"""{"booking_id": "{{now["id"]}}"}""")).Code);
        Assert.Equal("venues.school_not_found", (await foreign.PostJsonAsync($"{school.Path}/check-in", $$"""{"booking_id": "{{now["id"]}}"}""")).Code);
        var both = await client.PostJsonAsync($"{school.Path}/check-in", $$"""{"booking_id": "{{now["id"]}}", "entry_code": "{{now["entry_code"]}}"}""");
        Assert.Equal(("venues.value_invalid", "entry_code"), (both.Code, both.Fields));
        Assert.Equal("entry_code", (await client.PostJsonAsync($"{school.Path}/check-in", "{}")).Fields);
        Assert.Equal("checked_in", (await client.PostJsonAsync($"{school.Path}/check-in", $$"""{"booking_id": "{{now["id"]}}"}"""))["state"]);
    }

    [Fact]
    public async Task The_list_at_the_gate_is_masked()
    {
        var school = await SharedSchool.CreateAsync(app);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync());
        var person = SharedSchool.NewPerson();
        using var client = app.District();
        using var company = app.Client(new TestToken { Scopes = ["bookings.gate"], OperatorId = Guid.CreateVersion7() });
        var cancelled = await client.MustBookAsync(SharedSchool.Slot(court, Evening.AddHours(1)));
        await client.ChangeAsync(cancelled, "cancel");
        await client.MustBookAsync(SharedSchool.Slot(court, Evening.AddHours(1), more: """, "hold": true"""));
        await client.MustBookAsync(SharedSchool.Slot(court, Evening.AddDays(1)));
        var booked = await client.MustBookAsync(SharedSchool.Slot(track, Evening, person, more: """, "free_group": "student" """));

        var list = await client.ReadAsync($"{school.Path}/gate-list");

        var entry = Assert.Single(list.Json.EnumerateArray());
        Assert.Equal((booked["id"], "王**", "student"), (entry.GetProperty("booking_id").GetString(), entry.GetProperty("name").GetString(), entry.GetProperty("free_group").GetString()));
        Assert.DoesNotContain(SharedSchool.ResidentIdOf(person), list.Text, StringComparison.Ordinal);
        Assert.Equal(1, (await client.ReadAsync($"{school.Path}/gate-list?date=2026-03-12")).Json.GetArrayLength());
        Assert.Equal(0, (await company.ReadAsync($"{school.Path}/gate-list")).Json.GetArrayLength());
        Assert.Equal("date", (await client.ReadAsync($"{school.Path}/gate-list?date=1800-01-01")).Fields);
    }

    [Fact]
    public async Task A_refusal_is_recorded_with_its_reason_and_not_held_against_them()
    {
        await using var heard = await app.Broker.ListenAsync<BookingCancelled>();
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var (booked, later) = (await client.MustBookAsync(SharedSchool.Slot(court, Evening)), await client.MustBookAsync(SharedSchool.Slot(court, Evening.AddDays(1))));

        var aimless = await client.ChangeAsync(booked, "refuse", "{}");
        var early = await client.ChangeAsync(later, "refuse", """{"reason": "带宠物入场"}""");
        var refused = await client.ChangeAsync(booked, "refuse", """{"reason": "带宠物入场"}""");

        Assert.Equal((HttpStatusCode.BadRequest, "venues.entry_not_now"), (aimless.Status, early.Code));
        Assert.Equal(("refused", "带宠物入场", "False"), (refused["state"], refused["reason_zh"], refused["unused"]));
        Assert.Equal(1, await app.Database.CountAsync($"field_claim WHERE field_id = '{court}'"));
        var told = await heard.NextAsync(fact => fact.FieldId == court && fact.BookingId == Guid.Parse(booked["id"]!));
        Assert.Equal((Guid.Parse(booked["id"]!), "refused"), (told.BookingId, told.State));
    }
}

/// <summary>Its clock shows a quarter to six in the afternoon of Wednesday, when the gate opens for who has booked from six.</summary>
public sealed class GateApp(TestServers servers) : VenuesApp(servers)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Clock.Advance(At(1, "17:45") - Clock.Now);
    }
}

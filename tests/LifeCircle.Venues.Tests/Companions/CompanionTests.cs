using System.Net;
using LifeCircle.Venues.Tests.Bookings;
using LifeCircle.Venues.Tests.Draws;
using LifeCircle.Venues.Tests.Waitlists;

namespace LifeCircle.Venues.Tests.Companions;

public sealed class CompanionTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private readonly DateTimeOffset _evening = VenuesApp.At(1, "18:00");

    [Fact]
    public async Task Companions_join_by_invitation_and_stand_on_the_gates_list()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var (leader, friend, third, fourth) = (SharedSchool.NewPerson(), SharedSchool.NewPerson(), SharedSchool.NewPerson(), SharedSchool.NewPerson());
        using var client = app.District();
        using var other = app.Client(new TestToken { Scopes = ["bookings.write"], OperatorId = Guid.CreateVersion7() });
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, _evening, leader, more: """, "party_size": 3"""));
        var path = $"/venues/v1/bookings/{booked["id"]}";

        var invited = await client.PostJsonAsync($"{path}/invitations", "");
        var joined = await other.PostJsonAsync("/venues/v1/invitations/accept", Accept(invited["code"]!.ToLowerInvariant().Insert(8, "-"), friend));

        Assert.Equal((HttpStatusCode.Created, "2", "no-store"), (invited.Status, invited["places"], invited.Header("Cache-Control")));
        Assert.True(joined.Status == HttpStatusCode.Created && joined["booking_id"] == booked["id"], joined.Text);
        Assert.Equal("venues.companion_known", (await other.PostJsonAsync("/venues/v1/invitations/accept", Accept(invited["code"]!, friend))).Code);
        Assert.Equal("venues.companion_known", (await other.PostJsonAsync("/venues/v1/invitations/accept", Accept(invited["code"]!, leader))).Code);
        Assert.Equal(HttpStatusCode.Created, (await other.PostJsonAsync("/venues/v1/invitations/accept", Accept(invited["code"]!, third))).Status);
        Assert.Equal("venues.party_full", (await other.PostJsonAsync("/venues/v1/invitations/accept", Accept(invited["code"]!, fourth))).Code);
        var list = await client.ReadAsync($"{path}/companions");
        Assert.Equal(["王**", "王**"], list.Json.EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        Assert.DoesNotContain(SharedSchool.ResidentIdOf(friend), list.Text, StringComparison.Ordinal);
        var gate = (await client.ReadAsync($"{school.Path}/gate-list?date=2026-03-11")).Json.EnumerateArray().Single();
        Assert.Equal(2, gate.GetProperty("companions").GetArrayLength());
        Assert.Equal("venues.party_below_companions", (await client.ChangeAsync(booked, "move", Booked.Place(court, _evening, more: """, "party_size": 2"""))).Code);

        var companion = list.Json[0].GetProperty("id").GetString();
        Assert.Equal("venues.booking_not_found", (await other.AskAsync(HttpMethod.Delete, $"{path}/companions/{companion}", null)).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await client.AskAsync(HttpMethod.Delete, $"{path}/companions/{companion}", null)).Status);
        Assert.Equal("venues.companion_not_found", (await client.AskAsync(HttpMethod.Delete, $"{path}/companions/{companion}", null)).Code);
        Assert.Equal(HttpStatusCode.Created, (await other.PostJsonAsync("/venues/v1/invitations/accept", Accept(invited["code"]!, fourth))).Status);
        Assert.Equal(2, await app.Database.CountAsync($"companion WHERE booking_id = '{booked["id"]}'"));
    }

    [Fact]
    public async Task A_code_is_shown_once_and_another_takes_its_place()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        using var foreign = app.Client(new TestToken { Scopes = ["bookings.write", "bookings.read"], OperatorId = Guid.CreateVersion7() });
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, _evening, more: """, "party_size": 2"""));
        var alone = await client.MustBookAsync(SharedSchool.Slot(court, _evening.AddHours(1)));
        var (path, key) = ($"/venues/v1/bookings/{booked["id"]}", Guid.CreateVersion7().ToString());

        var first = await client.PostJsonAsync($"{path}/invitations", "", ("Idempotency-Key", key));
        var again = await client.PostJsonAsync($"{path}/invitations", "", ("Idempotency-Key", key));
        var second = await client.PostJsonAsync($"{path}/invitations", "");

        Assert.Equal("idempotency.answer_not_kept", again.Code);
        Assert.Equal("venues.invitation_unknown", (await client.PostJsonAsync("/venues/v1/invitations/accept", Accept(first["code"]!, SharedSchool.NewPerson()))).Code);
        Assert.Equal(0, await app.Database.CountAsync($"idempotency_key AS t WHERE convert_from(body, 'UTF8') LIKE '%{second["code"]}%'"));
        Assert.Equal("venues.party_of_one", (await client.PostJsonAsync($"/venues/v1/bookings/{alone["id"]}/invitations", "")).Code);
        Assert.Equal("venues.booking_not_found", (await foreign.PostJsonAsync($"{path}/invitations", "")).Code);
        Assert.Equal("venues.booking_not_found", (await foreign.ReadAsync($"{path}/companions")).Code);
        await client.ChangeAsync(booked, "cancel");
        Assert.Equal("venues.booking_state", (await client.PostJsonAsync("/venues/v1/invitations/accept", Accept(second["code"]!, SharedSchool.NewPerson()))).Code);
    }

    [Fact]
    public async Task The_last_place_of_a_party_goes_to_one()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, _evening, more: """, "party_size": 3"""));
        var code = (await client.PostJsonAsync($"/venues/v1/bookings/{booked["id"]}/invitations", ""))["code"]!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.PostJsonAsync("/venues/v1/invitations/accept", Accept(code, SharedSchool.NewPerson()))));

        Assert.Equal((2, 10), (answers.Count(answer => answer.Status == HttpStatusCode.Created), answers.Count(answer => answer.Code == "venues.party_full")));
    }

    [Fact]
    public async Task Nobody_is_invited_long_after_booking_nor_joins_when_it_has_begun()
    {
        await using var later = new VenuesApp(app.Servers);
        await later.InitializeAsync();
        var school = await SharedSchool.CreateAsync(later, terms: """{"companions_within_minutes": 45}""");
        var court = await school.CourtAsync();
        using var client = later.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(0, "12:00"), more: """, "party_size": 3"""));
        later.Clock.Advance(TimeSpan.FromMinutes(44));
        var invited = await client.PostJsonAsync($"/venues/v1/bookings/{booked["id"]}/invitations", "");
        later.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("venues.too_late_to_invite", (await client.PostJsonAsync($"/venues/v1/bookings/{booked["id"]}/invitations", "")).Code);
        Assert.Equal(HttpStatusCode.Created, (await client.PostJsonAsync("/venues/v1/invitations/accept", Accept(invited["code"]!, SharedSchool.NewPerson()))).Status);
        later.Clock.Advance(TimeSpan.FromMinutes(75));
        Assert.Equal("venues.booking_begun", (await client.PostJsonAsync("/venues/v1/invitations/accept", Accept(invited["code"]!, SharedSchool.NewPerson()))).Code);
    }

    [Fact]
    public async Task The_time_to_invite_begins_when_a_hold_an_offer_or_what_a_draw_has_given_is_certain()
    {
        await using var later = new VenuesApp(app.Servers);
        await later.InitializeAsync();
        const string Terms = """{"most_per_week": 50, "days_ahead": 60, "companions_within_minutes": 5, "fee_per_hour": {"amount": 20} }""";
        const string Pays = """{"payment_reference": "P-1"}""";
        var draw = await TestDraw.AnnounceAsync(later, terms: Terms);
        var entry = await draw.EnterAsync([1], more: """, "party_size": 2""");
        await draw.DrawAsync();
        using var client = later.District();
        var won = await client.ReadAsync($"/venues/v1/bookings/{(await draw.ReadAsync($"/entries/{entry}"))["booking_id"]}");
        var slot = later.Evening();
        var held = await client.MustBookAsync(SharedSchool.Slot(draw.Field, slot, more: """, "party_size": 2, "hold": true"""));
        var taken = await client.MustBookAsync(SharedSchool.Slot(draw.Field, slot.AddHours(1), more: """, "payment_reference": "P-1" """));
        var waits = await later.JoinAsync(draw.Field, slot.AddHours(1), more: """, "party_size": 2""");
        await client.ChangeAsync(taken, "cancel");
        await later.BecomesAsync(waits, "offered");
        var offered = await client.ReadAsync((await later.EntryAsync(waits)).BookingPath());

        later.Clock.Advance(TimeSpan.FromMinutes(8));
        foreach (var booking in (Answer[])[won, held, offered])
        {
            Assert.Equal("venues.booking_state", (await InviteAsync(booking)).Code);
            var certain = await client.ChangeAsync(booking, "confirm", Pays);
            Assert.True(certain["state"] == "confirmed", certain.Text);
        }
        later.Clock.Advance(TimeSpan.FromMinutes(4));
        foreach (var booking in (Answer[])[won, held, offered]) Assert.Equal(HttpStatusCode.Created, (await InviteAsync(booking)).Status);
        later.Clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var booking in (Answer[])[won, held, offered]) Assert.Equal("venues.too_late_to_invite", (await InviteAsync(booking)).Code);
        // A move does not begin it again.
        var moved = await client.ChangeAsync(await client.SeeAsync(held), "move", Booked.Place(draw.Field, slot.AddHours(2), more: """, "party_size": 2"""));
        Assert.True(moved.Status == HttpStatusCode.OK, moved.Text);
        Assert.Equal("venues.too_late_to_invite", (await InviteAsync(moved)).Code);

        Task<Answer> InviteAsync(Answer booking) => client.PostJsonAsync($"/venues/v1/bookings/{booking["id"]}/invitations", "");
    }

    private static string Accept(string code, int person) => $$"""{"code": "{{code}}", "person": {{SharedSchool.Person(person)}} }""";
}

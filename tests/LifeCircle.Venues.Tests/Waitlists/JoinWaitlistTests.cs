using System.Net;
using LifeCircle.Venues.Waitlists;

namespace LifeCircle.Venues.Tests.Waitlists;

public sealed class JoinWaitlistTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task Those_who_wait_for_a_taken_slot_have_their_place_in_the_line()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var slot = app.Evening();
        await app.BookAsync(court, slot);

        var first = await app.TryJoinAsync(court, slot, more: ", \"party_size\": 12, \"group\": {\"name\": \"羽毛球队\", \"insurance_reference\": \"人保 1\"}");
        var second = await app.JoinAsync(court, slot, more: ", \"unit\": \"east\"");
        var later = await app.TryJoinAsync(court, slot, more: ", \"unit\": \"west\"");

        Assert.True(first.Status == HttpStatusCode.Created, first.Text);
        Assert.Equal(("waiting", "1", "whole", "12"), (first["state"], first["position"], first["unit"], first["party_size"]));
        Assert.Equal("2", (await app.EntryAsync(second))["position"]);
        Assert.Equal("2", later["position"]); // the other half is in nobody's way
        Assert.Equal(3L, await app.Database.CountAsync($"waitlist_entry WHERE field_id = '{court}' AND state = 'waiting'"));
        using var client = app.District();
        var list = await client.ReadAsync($"{WaitingLine.Path}?field={court}&state=waiting&limit=2");
        Assert.Equal(["1", "2"], list.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("position").ToString()));
        var rest = await client.ReadAsync($"{WaitingLine.Path}?field={court}&state=waiting&limit=2&after={list["next"]}");
        Assert.Equal(later["id"], rest.Json.GetProperty("items")[0].GetProperty("id").GetString());
        Assert.Equal(first["id"], (await client.ReadAsync($"{WaitingLine.Path}?person={first["person_id"]}")).Json.GetProperty("items")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task Nobody_waits_for_a_slot_that_is_free()
    {
        var school = await SharedSchool.CreateAsync(app);
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync(capacity: 3));
        var slot = app.Evening();
        Assert.Equal("venues.slot_free", (await app.TryJoinAsync(court, slot)).Code);
        await app.BookAsync(court, slot, more: ", \"unit\": \"west\"");
        Assert.Equal("venues.slot_free", (await app.TryJoinAsync(court, slot, more: ", \"unit\": \"east\"")).Code);
        await app.JoinAsync(court, slot); // the whole is not free

        await app.BookAsync(track, slot, more: ", \"party_size\": 2");
        Assert.Equal("venues.slot_free", (await app.TryJoinAsync(track, slot)).Code);
        await app.JoinAsync(track, slot, more: ", \"party_size\": 2");
        await app.JoinAsync(track, slot, hours: 2, more: ", \"party_size\": 2"); // one of the two is not
        Assert.Equal("venues.slot_free", (await app.TryJoinAsync(track, slot.AddHours(1), more: ", \"party_size\": 3")).Code);
    }

    [Theory]
    [InlineData(-1, "18:00", 1, "", "venues.slot_past", "from")]
    [InlineData(2, "18:30", 1, "", "venues.no_slot", "from")]
    [InlineData(2, "21:00", 2, "", "venues.not_open", "from")]
    [InlineData(62, "18:00", 1, "", "venues.too_far_ahead", "from")]
    [InlineData(2, "18:00", -1, "", "venues.interval_invalid", "until")]
    [InlineData(2, "18:00", 1, ", \"unit\": \"north\"", "venues.unit_unknown", "unit")]
    [InlineData(2, "18:00", 1, ", \"party_size\": 21", "venues.party_too_large", "party_size")]
    [InlineData(2, "18:00", 1, ", \"party_size\": 12", "venues.group_missing", "group")]
    [InlineData(2, "18:00", 1, ", \"free_group\": \"aged65\"", "venues.free_group_not_allowed", "free_group")]
    public async Task Nobody_waits_for_what_could_not_be_booked(int day, string time, double hours, string more, string code, string field)
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var refused = await app.TryJoinAsync(court, VenuesApp.At(day, time), hours: hours, more: more);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, code, field), (refused.Status, refused.Code, refused.Fields));
        Assert.Equal(0L, await app.Database.CountAsync($"waitlist_entry WHERE field_id = '{court}'"));
    }

    [Fact]
    public async Task A_person_waits_once_for_a_slot_and_not_for_too_many()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var (slot, person) = (app.Evening(), SharedSchool.NewPerson());
        await app.BookAsync(court, slot, hours: 2);
        var entry = await app.JoinAsync(court, slot, person);
        Assert.Equal("venues.waits_already", (await app.TryJoinAsync(court, slot, person, more: ", \"unit\": \"east\"")).Code);
        Assert.Equal("venues.waits_already", (await app.TryJoinAsync(court, slot, person, hours: 2)).Code);
        await app.JoinAsync(court, slot.AddHours(1), person);
        await CopyAsync(entry, JoinWaitlist.MostEntries - 2, "starts_at + n * interval '1 day', ends_at + n * interval '1 day'");
        var next = app.Evening(3).AddHours(-4);
        await app.BookAsync(court, next);
        Assert.Equal("venues.too_many_entries", (await app.TryJoinAsync(court, next, person)).Code);
        await app.MustAsync(entry, "withdraw");
        await app.JoinAsync(court, next, person);
    }

    [Fact]
    public async Task A_line_has_its_length()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var slot = app.Evening();
        await app.BookAsync(court, slot, hours: 2);
        var entry = await app.JoinAsync(court, slot);
        await CopyAsync(entry, JoinWaitlist.LongestLine - 2, "starts_at, ends_at");
        var last = await app.TryJoinAsync(court, slot);
        Assert.Equal((HttpStatusCode.Created, $"{JoinWaitlist.LongestLine}"), (last.Status, last["position"]));
        Assert.Equal("venues.line_full", (await app.TryJoinAsync(court, slot)).Code);
        await app.JoinAsync(court, slot.AddHours(1)); // another line
    }

    [Fact]
    public async Task Who_is_banned_does_not_wait_and_who_has_used_up_the_week_does()
    {
        var school = await SharedSchool.CreateAsync(app, terms: """{"most_per_week": 1, "days_ahead": 60}""");
        var court = await school.CourtAsync();
        var (slot, person) = (app.Evening(), SharedSchool.NewPerson());
        await app.BookAsync(court, slot);
        var own = await app.BookAsync(court, slot.AddHours(1), person);
        await app.JoinAsync(court, slot, person);
        await app.Database.ExecuteAsync($"UPDATE person SET banned_until = '{app.Clock.Now.AddDays(3):O}' WHERE id = '{own["person_id"]}'");
        var refused = await app.TryJoinAsync(court, slot, person);
        Assert.Equal((HttpStatusCode.Conflict, "venues.person_banned"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task Operators_and_divisions_see_their_own_entries()
    {
        var school = await SharedSchool.CreateAsync(app, division: "410603001001");
        var court = await school.CourtAsync();
        var slot = app.Evening();
        await app.BookAsync(court, slot);
        var token = new TestToken { Scopes = ["bookings.read", "bookings.write", "venues.read"], OperatorId = Guid.CreateVersion7() };
        using var own = app.Client(token);
        var entry = (await own.PostJsonAsync(WaitingLine.Path, SharedSchool.Slot(court, slot))).Header("Location")!;
        using var other = app.Client(token with { OperatorId = Guid.CreateVersion7() });
        using var street = app.Client(new TestToken { Scopes = token.Scopes, Division = "410603001" });
        using var elsewhere = app.Client(new TestToken { Scopes = token.Scopes, Division = "410603002" });
        foreach (var (client, sees) in new[] { (own, true), (other, false), (street, true), (elsewhere, false) })
        {
            var read = await client.ReadAsync(entry);
            Assert.Equal(sees ? HttpStatusCode.OK : HttpStatusCode.NotFound, read.Status);
            Assert.Equal(sees ? 1 : 0, (await client.ReadAsync($"{WaitingLine.Path}?field={court}")).Json.GetProperty("items").GetArrayLength());
            if (!sees) Assert.Equal("venues.waitlist_entry_not_found", (await client.PostJsonAsync($"{entry}/withdraw", "{}", ("If-Match", "\"1\""))).Code);
        }
        Assert.Equal("waiting", (await app.EntryAsync(entry))["state"]);
        Assert.Equal("venues.field_not_found", (await elsewhere.PostJsonAsync(WaitingLine.Path, SharedSchool.Slot(court, slot))).Code);
    }

    private Task<int> CopyAsync(string entry, int times, string when) => app.Database.ExecuteAsync($"""
        INSERT INTO waitlist_entry (id, school_id, field_id, division_code, person_id, unit, starts_at, ends_at, party_size, state, version, created_at, changed_at)
        SELECT gen_random_uuid(), school_id, field_id, division_code, person_id, unit, {when}, party_size, state, version, created_at, changed_at
        FROM waitlist_entry, generate_series(1, {times}) AS n WHERE id = '{entry.Split('/')[^1]}'
        """);
}

using System.Net;
using LifeCircle.Contracts.Venues;

namespace LifeCircle.Venues.Tests.Draws;

public sealed class AnnounceDrawTests(VenuesApp app, HastyApp hasty) : IClassFixture<VenuesApp>, IClassFixture<HastyApp>
{
    [Fact]
    public async Task A_draw_is_announced_with_the_hash_of_a_seed_that_nobody_sees()
    {
        await using var heard = await app.Broker.ListenAsync<DrawAnnounced>();
        var draw = await TestDraw.AnnounceAsync(app, slots: 2);

        Assert.Equal("open", draw.Announced["state"]);
        Assert.Equal("1", draw.Announced["version"]);
        Assert.Null(draw.Announced["seed"]);
        Assert.Null(draw.Announced["entropy"]);
        Assert.Matches("^[0-9a-f]{64}$", draw.Announced["commitment"]);
        Assert.Equal([1, 2], draw.Announced.Json.GetProperty("slots").EnumerateArray().Select(slot => slot.GetProperty("number").GetInt32()));
        Assert.Equal("whole", draw.Announced.Json.GetProperty("slots")[0].GetProperty("unit").GetString());
        var announced = await TestDraw.HearAsync(heard, told => told.DrawId == draw.Id);
        Assert.Equal((draw.Id, draw.School.Id, draw.Field, 2, draw.Announced["commitment"]), (announced.DrawId, announced.SchoolId, announced.FieldId, announced.Slots, announced.Commitment));
        Assert.True(await app.Database.QueryAsync<bool>($"SELECT seed IS NULL AND get_byte(sealed_seed, 0) = 1 AND length(sealed_seed) > 60 FROM draw WHERE id = '{draw.Id}'"));
        Assert.Equal("open", (await draw.ReadAsync())["state"]);
        Assert.Equal("venues.draw_not_closed", (await draw.ReadAsync("/result")).Code);
    }

    [Fact]
    public async Task Nobody_books_a_slot_that_lots_are_drawn_for()
    {
        var draw = await TestDraw.AnnounceAsync(app);
        using var client = app.District();
        var other = await draw.BookAsync(TestDraw.At(2));
        Assert.Equal(HttpStatusCode.Created, other.Status);

        Assert.Equal("venues.slot_in_draw", (await draw.BookAsync(1)).Code);
        Assert.Equal("venues.slot_in_draw", (await draw.BookAsync(1, ", \"unit\": \"east\"")).Code);
        Assert.Equal("venues.slot_in_draw", (await draw.BookAsync(1, ", \"hold\": true")).Code);
        var until = TestDraw.Moment(TestDraw.At(2));
        var moved = await client.PostJsonAsync($"/venues/v1/bookings/{other["id"]}/move",
            $$"""{"field_id": "{{draw.Field}}", "from": "{{TestDraw.Moment(TestDraw.At(1))}}", "until": "{{until}}"}""", ("If-Match", other.Header("ETag")!));
        Assert.Equal("venues.slot_in_draw", moved.Code);
        Assert.Equal(1L, await app.Database.CountAsync($"field_claim WHERE field_id = '{draw.Field}'"));
    }

    [Fact]
    public async Task Slots_that_lots_are_drawn_for_are_not_free()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        await TestDraw.AnnounceAsync(app, school, court, TestDraw.Request(app, court, more: ", \"units\": [\"east\"]"));
        var track = await school.TrackAsync();
        await TestDraw.AnnounceAsync(app, school, track, TestDraw.Request(app, track));

        Assert.Equal(["west 18:00", "east 19:00", "west 19:00", "whole 19:00"], (await FreeAsync(court)).OrderBy(slot => slot[^5..]).ThenBy(slot => slot, StringComparer.Ordinal));
        Assert.Equal([" 19:00"], await FreeAsync(track));
    }

    [Fact]
    public async Task A_unit_is_drawn_for_and_the_others_are_booked()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        var draw = await TestDraw.AnnounceAsync(app, school, court, TestDraw.Request(app, court, more: ", \"units\": [\"east\"]"));
        Assert.Equal("venues.slot_in_draw", (await draw.BookAsync(1, ", \"unit\": \"whole\"")).Code);
        Assert.Equal("venues.slot_in_draw", (await draw.BookAsync(1, ", \"unit\": \"east\"")).Code);
        Assert.Equal(HttpStatusCode.Created, (await draw.BookAsync(1, ", \"unit\": \"west\"")).Status);
    }

    [Fact]
    public async Task Slots_are_told_by_weekday_and_time_of_day()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        // Friday, 13 March; the other Friday's east half at 19:00 is booked before.
        Assert.Equal(HttpStatusCode.Created, (await client.PostJsonAsync("/venues/v1/bookings", SharedSchool.Slot(court, VenuesApp.At(10, "19:00"), more: ", \"unit\": \"east\""))).Status);
        var draw = await TestDraw.AnnounceAsync(app, school, court, $$"""
            {"title_zh": "周五抽签", "field_id": "{{court}}", "units": ["east", "west"], "closes_at": "{{TestDraw.Moment(app.Clock.Now.AddHours(2))}}",
             "days": {"from": "2026-03-10", "until": "2026-03-20", "weekdays": ["friday"], "time": {"from": "17:30", "until": "20:00"} } }
            """);
        Assert.Equal(["1 east 13 18:00", "2 west 13 18:00", "3 east 13 19:00", "4 west 13 19:00", "5 east 20 18:00", "6 west 20 18:00", "7 west 20 19:00"],
            draw.Announced.Json.GetProperty("slots").EnumerateArray()
                .Select(slot => $"{slot.GetProperty("number")} {slot.GetProperty("unit")} {slot.GetProperty("from").GetDateTimeOffset():dd HH:mm}"));
    }

    [Theory]
    [InlineData("\"closes_at\": \"2026-03-10T10:59:00+08:00\"", "venues.value_invalid", "closes_at")]
    [InlineData("\"opens_at\": \"2026-03-10T09:00:00+08:00\"", "venues.value_invalid", "opens_at")]
    [InlineData("\"draws_at\": \"2026-03-10T10:30:00+08:00\"", "venues.value_invalid", "draws_at")]
    [InlineData("\"draws_at\": \"2026-03-15T17:30:00+08:00\"", "venues.value_invalid", "draws_at")]
    [InlineData("\"title_zh\": \" \"", "venues.value_invalid", "title_zh")]
    [InlineData("\"units\": [\"north\"]", "venues.unit_unknown", "units[0]")]
    [InlineData("\"units\": [\"east\", \"whole\"]", "venues.value_invalid", "units[1]")]
    [InlineData("\"field_id\": \"019a0000-0000-7000-8000-000000000001\"", "venues.field_not_found", "field_id")]
    [InlineData("\"slots\": []", "venues.value_invalid", "slots")]
    [InlineData("\"slots\": [SLOT, SLOT]", "venues.value_invalid", "slots[1]")]
    [InlineData("\"slots\": [{\"from\": \"2026-03-15T18:30:00+08:00\", \"until\": \"2026-03-15T19:30:00+08:00\"}]", "venues.no_slot", "slots[0]")]
    [InlineData("\"slots\": [{\"from\": \"2026-03-15T03:00:00+08:00\", \"until\": \"2026-03-15T04:00:00+08:00\"}]", "venues.not_open", "slots[0].from")]
    [InlineData("\"slots\": [{\"from\": \"2026-03-15T19:00:00+08:00\", \"until\": \"2026-03-15T18:00:00+08:00\"}]", "venues.interval_invalid", "slots[0].until")]
    [InlineData("\"slots\": [{\"from\": \"2026-03-10T09:00:00+08:00\", \"until\": \"2026-03-10T10:00:00+08:00\"}]", "venues.slot_past", "slots[0].from")]
    [InlineData("\"slots\": [{\"from\": \"2026-09-10T09:00:00+08:00\", \"until\": \"2026-09-10T10:00:00+08:00\"}]", "venues.too_far_ahead", "slots[0].from")]
    [InlineData("\"days\": DAYS(2026-03-11, 2026-03-12, 18:00)", "venues.value_invalid", "slots")]
    [InlineData("\"slots\": [], \"days\": DAYS(2026-03-12, 2026-03-11, 18:00)", "venues.value_invalid", "days.until")]
    [InlineData("\"slots\": [], \"days\": DAYS(2026-03-09, 2026-03-11, 18:00)", "venues.value_invalid", "days.from")]
    [InlineData("\"slots\": [], \"days\": DAYS(2026-03-11, 2026-12-31, 18:00)", "venues.value_invalid", "days.until")]
    [InlineData("\"slots\": [], \"days\": DAYS(2026-03-11, 2026-03-12, 20:00)", "venues.value_invalid", "days.time.until")]
    [InlineData("\"slots\": [], \"days\": DAYS(2026-03-12, 2026-03-12, 18:00)", "venues.draw_without_slots", "days")] // a Thursday
    public async Task Refuses_a_draw_that_cannot_be(string changed, string code, string field)
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        changed = changed.Replace("SLOT", TestDraw.SlotAt(TestDraw.At(1)), StringComparison.Ordinal);
        changed = System.Text.RegularExpressions.Regex.Replace(changed, @"DAYS\((.*), (.*), (.*)\)",
            """{"from": "$1", "until": "$2", "weekdays": ["wednesday"], "time": {"from": "$3", "until": "20:00"} }""");
        var request = System.Text.Json.Nodes.JsonNode.Parse(TestDraw.Request(app, court))!.AsObject();
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse($"{{{changed}}}")!.AsObject()) request[name] = value?.DeepClone();

        var refused = await client.PostJsonAsync($"{school.Path}/draws", request.ToJsonString());

        Assert.Equal((code, field), (refused.Code, refused.Fields));
        Assert.Equal(0L, await app.Database.CountAsync($"draw WHERE school_id = '{school.Id}'"));
    }

    [Fact]
    public async Task Refuses_a_slot_that_is_booked_or_in_another_draw()
    {
        var draw = await TestDraw.AnnounceAsync(app);
        Assert.Equal(HttpStatusCode.Created, (await draw.BookAsync(2, ", \"unit\": \"east\"")).Status);
        using var client = app.District();
        var again = await client.PostJsonAsync($"{draw.School.Path}/draws", TestDraw.Request(app, draw.Field));
        Assert.Equal(("venues.slot_in_draw", "slots[0]"), (again.Code, again.Fields));
        var request = TestDraw.Request(app, draw.Field).Replace(TestDraw.SlotAt(TestDraw.At(1)), TestDraw.SlotAt(TestDraw.At(2)), StringComparison.Ordinal);
        var booked = await client.PostJsonAsync($"{draw.School.Path}/draws", request);
        Assert.Equal(("venues.draw_slot_booked", "slots[0]"), (booked.Code, booked.Fields));
    }

    [Fact]
    public async Task How_a_field_is_divided_stays_while_lots_are_drawn_for_it()
    {
        var draw = await TestDraw.AnnounceAsync(app);
        using var client = app.District();
        var field = await client.ReadAsync($"/venues/v1/fields/{draw.Field}");
        var changed = await client.PutJsonAsync($"/venues/v1/fields/{draw.Field}",
            """{"name_zh": "篮球场", "mode": "headcount", "capacity": 20, "surface": "rubber", "sports": ["basketball"]}""", ("If-Match", field.Header("ETag")!));
        Assert.Equal("venues.units_in_use", changed.Code);
    }

    [Fact]
    public async Task An_announcement_that_is_sent_again_is_one_draw()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var key = ("Idempotency-Key", Guid.CreateVersion7().ToString());
        var first = await client.PostJsonAsync($"{school.Path}/draws", TestDraw.Request(app, court), key);
        var second = await client.PostJsonAsync($"{school.Path}/draws", TestDraw.Request(app, court), key);
        Assert.Equal((HttpStatusCode.Created, first.Text), (second.Status, second.Text));
        Assert.Equal(1L, await app.Database.CountAsync($"draw WHERE school_id = '{school.Id}'"));
    }

    [Fact]
    public async Task Who_books_while_a_draw_is_announced_has_the_slot_or_is_refused()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var booking = Enumerable.Range(0, 20).Select(_ => client.PostJsonAsync("/venues/v1/bookings", SharedSchool.Slot(court, TestDraw.At(1)))).ToList();
        var announced = await client.PostJsonAsync($"{school.Path}/draws", TestDraw.Request(app, court));
        var booked = await Task.WhenAll(booking);
        var won = booked.Count(answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(announced.Status == HttpStatusCode.Created ? 0 : 1, won);
        Assert.All(booked.Where(answer => answer.Status != HttpStatusCode.Created), answer => Assert.Contains(answer.Code, (string[])["venues.slot_in_draw", "venues.slot_taken"]));
    }

    [Fact]
    public async Task Draws_are_listed_within_the_callers_division_only()
    {
        var draw = await TestDraw.AnnounceAsync(app, more: $", \"opens_at\": \"{TestDraw.Moment(app.Clock.Now)}\"");
        using var district = app.District();
        async Task<int> CountAsync(HttpClient client, string more) => (await client.ReadAsync($"/venues/v1/draws?school={draw.School.Id}{more}")).Json.GetProperty("items").GetArrayLength();
        var counts = new List<int>();
        foreach (var more in (string[])[$"&field={draw.Field}", "&state=open", "&state=announced", "&state=drawn"]) counts.Add(await CountAsync(district, more));
        Assert.Equal([1, 1, 0, 0], counts);

        using var foreign = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' '), Division = "410603002" });
        Assert.Equal(0, await CountAsync(foreign, ""));
        Assert.Equal(HttpStatusCode.NotFound, (await foreign.ReadAsync(draw.Path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await foreign.ReadAsync($"{draw.Path}/result")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await foreign.PostJsonAsync($"{draw.School.Path}/draws", TestDraw.Request(app, draw.Field))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await foreign.PostJsonAsync($"{draw.Path}/entries", TestDraw.Entry(SharedSchool.NewPerson(), [1]))).Status);
    }

    private async Task<List<string>> FreeAsync(Guid field)
    {
        using var client = app.District();
        var free = await client.ReadAsync($"/venues/v1/slots?field={field}&from=2026-03-{10 + TestDraw.Day}T18:00:00%2B08:00&until=2026-03-{10 + TestDraw.Day}T20:00:00%2B08:00");
        return [.. free.Json.GetProperty("items").EnumerateArray().Select(slot =>
            $"{(slot.TryGetProperty("unit", out var unit) ? unit.GetString() : "")} {slot.GetProperty("from").GetDateTimeOffset():HH:mm}")];
    }

    [Fact]
    public async Task A_district_may_set_how_long_a_draw_takes_entries_at_the_least()
    {
        var school = await SharedSchool.CreateAsync(hasty);
        var court = await school.CourtAsync();
        using var client = hasty.District();

        var refused = await client.PostJsonAsync($"{school.Path}/draws", TestDraw.Request(hasty, court, closesIn: 1.9 / 60));
        var draw = await TestDraw.AnnounceAsync(hasty, school, court, TestDraw.Request(hasty, court, closesIn: 2.0 / 60));

        Assert.Equal(("venues.value_invalid", "closes_at"), (refused.Code, refused.Fields));
        Assert.Contains("2 minutes after opens_at", refused.Text, StringComparison.Ordinal);
        await draw.EnterAsync([1]);
        hasty.Clock.Advance(TimeSpan.FromMinutes(2));
        await draw.DrawnAsync();
    }
}

using System.Net;
using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Fields;

public sealed class FieldEndpointsTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private static SharedSchool? _patient; // of what is refused

    private const string East = """{"code": "east", "name_zh": "东半场", "from": 0, "until": 1}""";
    private const string West = """{"code": "west", "name_zh": "西半场", "from": 1, "until": 2}""";

    [Fact]
    public async Task A_field_is_registered_with_the_whole_as_its_first_unit()
    {
        var school = await SharedSchool.CreateAsync(app);
        using var client = app.District();

        var created = await client.PostJsonAsync($"{school.Path}/fields", Court($"{East}, {West}",
            ", \"gates\": [{\"name_zh\": \"东门\", \"step_free\": true}], \"rules_zh\": \"禁止吸烟\\n自备球\", \"photos\": [\"https://files.example/1.jpg\"], \"lighting\": true"));

        Assert.True(created.Status == HttpStatusCode.Created, created.Text);
        Assert.Equal(["whole", "east", "west"], created.Json.GetProperty("units").EnumerateArray().Select(unit => unit.GetProperty("code").GetString()));
        Assert.Equal(created.Text, (await client.ReadAsync(created.Header("Location")!)).Text);
        Assert.Equal(1L, await app.Database.CountAsync($"field WHERE id = '{created["id"]}' AND lighting AND sports = '{{basketball}}'"));
        Assert.Single((await client.ReadAsync($"/venues/v1/fields?school={school.Id}&sport=basketball&lighting=true&indoor=false")).Json.GetProperty("items").EnumerateArray());
        Assert.Empty((await client.ReadAsync($"/venues/v1/fields?school={school.Id}&sport=football")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal("sport", (await client.ReadAsync("/venues/v1/fields?sport=chess")).Fields);
    }

    [Theory]
    [InlineData("""{"code": "east", "name_zh": "东", "from": 0, "until": 3}""", "", "units[0].until")]
    [InlineData("""{"code": "east", "name_zh": "东", "from": 1, "until": 1}""", "", "units[0].until")]
    [InlineData(East + ", " + East, "", "units[1].code")]
    [InlineData("""{"code": "whole", "name_zh": "东", "from": 0, "until": 1}""", "", "units[0].code")]
    [InlineData("""{"code": "Ost", "name_zh": "东", "from": 0, "until": 1}""", "", "units[0].code")]
    [InlineData("null", "", "units")]
    [InlineData("", """, "photos": ["http://files.example/1.jpg"]""", "photos[0]")]
    [InlineData("", """, "photos": [null]""", "photos")]
    [InlineData("", """, "gates": [null]""", "gates")]
    [InlineData("", """, "gates": [{"name_zh": " ", "step_free": true}]""", "gates[0].name_zh")]
    [InlineData("", """, "sports": ["basketball", "basketball"]""", "sports[1]")]
    [InlineData("", """, "sports": ["chess"]""", "sports[0]")]
    [InlineData("", """, "sports": []""", "sports")]
    [InlineData("", """, "capacity": 0""", "capacity")]
    [InlineData("", """, "mode": "headcount", "units": []""", "parts")]
    [InlineData("", """, "rules_zh": "\u202e"  """, "rules_zh")]
    [InlineData("", """, "retired_at": "2026-03-10T10:00:00+08:00" """, "retired_at")]
    public async Task Bad_input_names_its_field_and_leaves_nothing(string units, string more, string field)
    {
        var school = _patient ??= await SharedSchool.CreateAsync(app);
        using var client = app.District();
        var answer = await client.PostJsonAsync($"{school.Path}/fields", Court(units, more));
        Assert.True((int)answer.Status is 400 or 422, answer.Text);
        Assert.Contains(field, answer.Fields, StringComparison.Ordinal);
        Assert.Equal(0L, await app.Database.CountAsync($"field WHERE school_id = '{school.Id}'"));
    }

    [Fact]
    public async Task What_a_booking_stands_on_is_not_changed_under_it()
    {
        var school = await SharedSchool.CreateAsync(app);
        using var client = app.District();
        var created = await client.PostJsonAsync($"{school.Path}/fields", Court(East));
        var path = created.Header("Location")!;
        var booked = await client.MustBookAsync(SharedSchool.Slot(Guid.Parse(created["id"]!), VenuesApp.At(1, "18:00"), more: ", \"unit\": \"east\""));

        foreach (var (json, field) in ((string, string)[])
        [
            (Court(West), "units"), (Court(""), "units"), (Court(East, ", \"capacity\": 19"), "capacity"), (Court(East, ", \"parts\": 3"), "parts"),
            (Court("", ", \"mode\": \"headcount\", \"parts\": 1, \"units\": []"), "mode"),
        ])
        {
            var refused = await client.PutJsonAsync(path, json, ("If-Match", "\"1\""));
            Assert.Equal((409, "venues.units_in_use", field), ((int)refused.Status, refused.Code, refused.Fields));
        }
        var more = await client.PutJsonAsync(path, Court($"{West}, {East.Replace("东半场", "东场", StringComparison.Ordinal)}", ", \"capacity\": 30"), ("If-Match", "\"1\""));
        Assert.True(more.Status == HttpStatusCode.OK, more.Text);
        Assert.Equal(("\"2\"", "30"), (more.Header("ETag"), more["capacity"]));
        Assert.Equal(412, (int)(await client.PutJsonAsync(path, Court(East), ("If-Match", "\"1\""))).Status);
        Assert.Equal(428, (int)(await client.PutJsonAsync(path, Court(East))).Status);

        await client.ChangeAsync(booked, "cancel");
        Assert.Equal(HttpStatusCode.OK, (await client.PutJsonAsync(path, Court(West), ("If-Match", "\"2\""))).Status);
    }

    [Fact]
    public async Task A_retired_field_loses_its_bookings_and_is_not_found_any_more()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(1, "18:00")));
        await using var cancelled = await app.Broker.ListenAsync<Contracts.Venues.BookingCancelled>();

        var retired = await client.PostJsonAsync($"/venues/v1/fields/{court}/retire", "{}", ("If-Match", "\"1\""));

        Assert.Equal(HttpStatusCode.OK, retired.Status);
        Assert.NotNull(retired["retired_at"]);
        Assert.Equal("cancelled_by_school", (await client.SeeAsync(booked))["state"]);
        Assert.Equal((Guid.Parse(booked["id"]!), "cancelled_by_school"), await cancelled.NextAsync(fact => fact.SchoolId == school.Id) is var told ? (told.BookingId, told.State) : default);
        Assert.Empty((await client.ReadAsync($"/venues/v1/fields?school={school.Id}")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal("venues.field_retired", (await client.PostJsonAsync($"/venues/v1/fields/{court}/retire", "{}", ("If-Match", "\"2\""))).Code);
        Assert.Equal("retired", (await client.ReadAsync($"/venues/v1/fields/{court}/explanation"))["because"]);
    }

    [Fact]
    public async Task A_field_of_another_division_is_not_there()
    {
        var school = await SharedSchool.CreateAsync(app, division: "410603001001");
        var court = await school.CourtAsync();
        using var clerk = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' '), Division = "410603002" });
        foreach (var path in (string[])["", "/explanation", "/open-days"]) Assert.Equal(HttpStatusCode.NotFound, (await clerk.ReadAsync($"/venues/v1/fields/{court}{path}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.PutJsonAsync($"/venues/v1/fields/{court}", Court(East), ("If-Match", "\"1\""))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.PostJsonAsync($"/venues/v1/fields/{court}/retire", "{}", ("If-Match", "\"1\""))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.PostJsonAsync($"{school.Path}/fields", Court(East))).Status);
        Assert.Empty((await clerk.ReadAsync($"/venues/v1/fields?school={school.Id}")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Any_moment_is_explained_and_days_are_listed()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        async Task<(string?, string?, string?)> WhyAsync(string at) =>
            await client.ReadAsync($"/venues/v1/fields/{court}/explanation?at={at}") is var why ? (why["because"], why["opens_at"], why["closes_at"]) : default;
        Assert.Equal(("outside_hours", "2026-03-11T06:00:00+08:00", null), await WhyAsync("2026-03-11T05:59:59%2B08:00"));
        Assert.Equal((null, null, "2026-03-11T22:00:00+08:00"), await WhyAsync("2026-03-10T22:00:00Z"));
        Assert.Equal(("no_hours", null, null), await WhyAsync("2020-01-01T00:00:00Z"));
        var days = (await client.ReadAsync($"/venues/v1/fields/{court}/open-days?from=2026-05-01&days=2")).Json;
        Assert.Equal(["public_holiday", "public_holiday"], days.EnumerateArray().Select(day => day.GetProperty("day_kind").GetString()));
        Assert.Equal("2026-05-01T06:00:00+08:00", days[0].GetProperty("open")[0].GetProperty("from").GetString());
        Assert.Equal("at", (await client.ReadAsync($"/venues/v1/fields/{court}/explanation?at=1999-01-01T00:00:00Z")).Fields);
        Assert.Equal("from", (await client.ReadAsync($"/venues/v1/fields/{court}/open-days?from=9999-12-31")).Fields);
        Assert.Equal("days", (await client.ReadAsync($"/venues/v1/fields/{court}/open-days?days=61")).Fields);
    }

    // Members that are given again win: what more says replaces what is said before.
    private static string Court(string units, string more = "")
    {
        var members = new Dictionary<string, System.Text.Json.JsonElement>();
        foreach (var json in (string[])[$$"""{"name_zh": "篮球场", "mode": "exclusive", "parts": 2, "capacity": 20, "surface": "rubber", "sports": ["basketball"], "units": [{{units}}]}""", $"{{{more.TrimStart(' ', ',')}}}"])
            foreach (var member in System.Text.Json.JsonDocument.Parse(json).RootElement.EnumerateObject()) members[member.Name] = member.Value;
        return System.Text.Json.JsonSerializer.Serialize(members);
    }
}

using System.Net;
using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Schools;

public sealed class SchoolEndpointsTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    private static SharedSchool? _patient; // of what is refused

    private const string Insurance = """{"insurer": " 人保财险 ", "policy_number": "P-1", "valid_until": "2030-12-31"}""";

    [Fact]
    public async Task A_school_is_taken_in_as_its_facility_is()
    {
        var circle = Guid.CreateVersion7();
        var facility = app.Facilities.Put("桃源路小学", division: "410603002001", circle: circle);
        using var client = app.District();

        var created = await client.PostJsonAsync("/venues/v1/schools", $$"""{"facility_id": "{{facility}}", "insurance": {{Insurance}} }""");

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal(("桃源路小学", "410603002001", circle.ToString(), "1"), (created["name_zh"], created["division_code"], created["life_circle_id"], created["version"]));
        Assert.Equal("人保财险", created.Json.GetProperty("insurance").GetProperty("insurer").GetString());
        Assert.Equal($"/venues/v1/schools/{created["id"]}", created.Header("Location"));
        Assert.Equal(created.Text, (await client.ReadAsync(created.Header("Location")!)).Text);
        Assert.Equal(1L, await app.Database.CountAsync($"school WHERE id = '{created["id"]}' AND facility_id = '{facility}'"));
        Assert.Equal(created["id"], (await client.ReadAsync($"/venues/v1/schools?facility={facility}")).Json.GetProperty("items")[0].GetProperty("id").GetString());
        Assert.Equal(created["id"], (await client.ReadAsync($"/venues/v1/schools?circle={circle}")).Json.GetProperty("items")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task No_facility_is_two_schools_and_only_schools_are()
    {
        var facility = app.Facilities.Put();
        using var client = app.District();
        await RegisterAsync(client, facility);

        var codes = new List<(int, string?, string)>();
        foreach (var other in (Guid[])[facility, Guid.CreateVersion7(), app.Facilities.Put(category: "wet_market"), app.Facilities.Put(state: "closed")])
            if (await RegisterAsync(client, other) is var answer) codes.Add(((int)answer.Status, answer.Code, answer.Fields));

        Assert.Equal(
        [
            (409, "venues.facility_taken", "facility_id"), (422, "venues.facility_unknown", "facility_id"), (422, "venues.facility_unknown", "facility_id"),
            (422, "venues.facility_closed", "facility_id"),
        ], codes);
    }

    [Fact]
    public async Task Two_at_once_take_a_school_in_once()
    {
        var facility = app.Facilities.Put();
        using var client = app.District();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RegisterAsync(client, facility)));
        Assert.Equal([201, 409, 409, 409, 409], answers.Select(answer => (int)answer.Status).Order());
    }

    [Fact]
    public async Task A_school_of_another_division_is_neither_seen_nor_taken_in_nor_changed()
    {
        var school = await SharedSchool.CreateAsync(app, division: "410603001001");
        using var clerk = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' '), Division = "410603002" });
        var foreign = await RegisterAsync(clerk, app.Facilities.Put(division: "410603001001"));
        Assert.Equal((403, "venues.foreign_division"), ((int)foreign.Status, foreign.Code));
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.ReadAsync(school.Path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.PutJsonAsync(school.Path, "{}", ("If-Match", "\"1\""))).Status);
        foreach (var what in (string[])["hours", "terms", "calendar"]) Assert.Equal(HttpStatusCode.NotFound, (await clerk.ReadAsync($"{school.Path}/{what}")).Status);
        Assert.DoesNotContain(school.Id.ToString(), (await clerk.ReadAsync("/venues/v1/schools?limit=200")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Facilities_that_is_away_is_said_to_be()
    {
        var facility = app.Facilities.Put();
        using var client = app.District();
        app.Facilities.IsAway = true;
        try
        {
            var away = await RegisterAsync(client, facility);
            Assert.Equal((503, "venues.facilities_away"), ((int)away.Status, away.Code));
        }
        finally
        {
            app.Facilities.IsAway = false;
        }
        Assert.Equal(HttpStatusCode.Created, (await RegisterAsync(client, facility)).Status);
    }

    [Fact]
    public async Task A_school_without_insurance_is_closed_and_its_bookings_are_cancelled()
    {
        var school = await SharedSchool.CreateAsync(app);
        var court = await school.CourtAsync();
        using var client = app.District();
        var booked = await client.MustBookAsync(SharedSchool.Slot(court, VenuesApp.At(1, "18:00")));
        app.Facilities.Put("新名小学", id: school.FacilityId, version: 2);

        Assert.Equal(428, (int)(await client.PutJsonAsync(school.Path, "{}")).Status);
        Assert.Equal(412, (int)(await client.PutJsonAsync(school.Path, "{}", ("If-Match", "\"77\""))).Status);
        var changed = await client.PutJsonAsync(school.Path, "{}", ("If-Match", (await client.ReadAsync(school.Path)).Header("ETag")!));

        Assert.Equal((200, "新名小学", "2"), ((int)changed.Status, changed["name_zh"], changed["version"]));
        Assert.Equal("cancelled_by_school", (await client.SeeAsync(booked))["state"]);
        Assert.Equal("not_insured", (await client.ReadAsync($"/venues/v1/fields/{court}/explanation"))["because"]);
        Assert.Equal(0L, await app.Database.CountAsync($"school WHERE id = '{school.Id}' AND insurance IS NOT NULL"));
    }

    [Theory]
    [InlineData("""{"insurance": {"insurer": "", "policy_number": "1", "valid_until": "2030-12-31"} }""", "insurance.insurer")]
    [InlineData("""{"insurance": {"insurer": "a\u0000b", "policy_number": "1", "valid_until": "2030-12-31"} }""", "insurance.insurer")]
    [InlineData("""{"insurance": {"insurer": "a", "policy_number": "1", "valid_until": "2030-02-30"} }""", "insurance.valid_until")]
    [InlineData("""{"name_zh": "x"}""", "name_zh")]
    public async Task Bad_input_names_its_field(string json, string field)
    {
        var school = _patient ??= await SharedSchool.CreateAsync(app);
        using var client = app.District();
        var answer = await client.PutJsonAsync(school.Path, json, ("If-Match", "\"1\""));
        Assert.True((int)answer.Status is 400 or 422, answer.Text);
        Assert.Equal(field, answer.Fields);
    }

    private static Task<Answer> RegisterAsync(HttpClient client, Guid facility) =>
        client.PostJsonAsync("/venues/v1/schools", $$"""{"facility_id": "{{facility}}", "insurance": {{Insurance}} }""");
}

using System.Net;
using System.Text.Json;
using LifeCircle.Facilities.Places;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Finding;

/// <summary>In a district of its own: other tests' facilities stand at the same doors.</summary>
public sealed class FindNearbyTests(FindNearbyTests.Doors app) : IClassFixture<FindNearbyTests.Doors>
{
    [Theory]
    [InlineData("", "door 50 m 400 m")]
    [InlineData("&metres=100", "door 50 m")]
    [InlineData("&metres=2500", "door 50 m 400 m beyond")]
    [InlineData("&metres=1", "door")]
    [InlineData("&category=clinic", "50 m")]
    [InlineData("&category=clinic&category=pharmacy&metres=100", "door 50 m")]
    [InlineData("&state=planned", "planned")]
    public async Task The_nearest_come_first_as_far_as_asked(string query, string names) => Assert.Equal(names, string.Join(' ', Names(await NearAsync(query))));

    [Fact]
    public async Task Says_how_far_it_is_in_a_straight_line()
    {
        var items = (await NearAsync("&metres=5000")).Json.GetProperty("items").EnumerateArray().ToList();
        // 0.0005 degrees of latitude are 55.48 m here, 0.0044 of longitude 397.1 m, by the ellipsoid's radii at 35.88 N.
        Assert.Equal([0, 55.5, 397.2], items.Take(3).Select(item => item.GetProperty("metres").GetDouble()), (one, other) => Math.Abs(one - other) < 0.5);
        Assert.Equal(items.Select(Metres).Order(), items.Select(Metres));
    }

    [Fact]
    public async Task Pages_go_on_where_the_last_one_ended()
    {
        using var reader = app.Client("facilities.read");
        Assert.Equal(["door", "50 m", "400 m", "beyond"], (await reader.PagesAsync($"{Door}&metres=2500&limit=1")).Select(Name));
    }

    [Fact]
    public async Task Takes_a_point_in_another_system()
    {
        var (lon, lat) = Position.Of(InTheWest.Lon, InTheWest.Lat).In(Crs.Gcj02);
        using var reader = app.Client("facilities.read");
        var answer = await reader.ReadAsync(FormattableString.Invariant($"/facilities/v1/nearby?lon={lon}&lat={lat}&crs=gcj02&metres=10"));
        Assert.Equal(["door"], Names(answer));
    }

    [Fact]
    public async Task Is_GeoJSON_for_whoever_prefers_it()
    {
        using var reader = app.Client("facilities.read");
        var answer = await reader.ReadAsync($"{Door}&metres=1", ("Accept", "application/geo+json"));
        var feature = Assert.Single(answer.Json.GetProperty("features").EnumerateArray());
        Assert.Equal(("[114.15,35.88]", 0), (feature.GetProperty("geometry").GetProperty("coordinates").GetRawText(), Metres(feature.GetProperty("properties"))));
    }

    [Fact]
    public async Task A_clerk_finds_open_places_beyond_the_own_division_and_of_the_others_only_the_own()
    {
        const string Border = "/facilities/v1/nearby?lon=114.1799&lat=35.88&metres=200";
        await app.RegisterAsync((114.1798, 35.88), ("name_zh", "west open"));
        await app.RegisterAsync((114.1802, 35.88), ("name_zh", "east open"));
        foreach (var state in (string[])["planned", "building"])
        {
            await app.RegisterAsync((114.1798, 35.88), ("name_zh", $"west {state}"), ("state", state));
            await app.RegisterAsync((114.1802, 35.88), ("name_zh", $"east {state}"), ("state", state));
        }
        await app.DoAsync(await app.RegisterAsync((114.1802, 35.88), ("name_zh", "east suspended")), "suspend", """{"reason":"检修"}""");
        await app.DoAsync(await app.RegisterAsync((114.1802, 35.88), ("name_zh", "east closed")), "close");
        using var clerk = app.Client(Register.Clerk(WestStreet));
        using var planner = app.Planner();

        Assert.Equal(["west open", "east open"], Names(await clerk.ReadAsync(Border)));
        Assert.Equal(["west open", "east open"], Names(await clerk.ReadAsync($"{Border}&state=open")));
        Assert.Equal(["west planned"], Names(await clerk.ReadAsync($"{Border}&state=planned")));
        Assert.Equal(["west building"], Names(await clerk.ReadAsync($"{Border}&state=building")));
        Assert.Empty(Names(await clerk.ReadAsync($"{Border}&state=suspended")));
        Assert.Empty(Names(await clerk.ReadAsync($"{Border}&state=closed")));
        Assert.Equal(["west planned", "east planned"], Names(await planner.ReadAsync($"{Border}&state=planned")));
        Assert.Equal(["east closed"], Names(await planner.ReadAsync($"{Border}&state=closed")));
    }

    [Theory]
    [InlineData("lat=35.88", HttpStatusCode.BadRequest, "request.malformed", "lon", "required")]
    [InlineData("lon=east&lat=35.88", HttpStatusCode.BadRequest, "request.malformed", "lon", "read")]
    [InlineData("lon=181&lat=35.88", HttpStatusCode.BadRequest, "request.invalid", "lon", "180")]
    [InlineData("lon=114.15&lat=35.88&metres=0", HttpStatusCode.BadRequest, "request.invalid", "metres", "from 1 to 5000")]
    [InlineData("lon=114.15&lat=35.88&metres=5001", HttpStatusCode.BadRequest, "request.invalid", "metres", "from 1 to 5000")]
    [InlineData("lon=114.15&lat=35.88&crs=mars", HttpStatusCode.BadRequest, "request.invalid", "crs", "wgs84")]
    [InlineData("lon=114.15&lat=35.88&state=gone", HttpStatusCode.BadRequest, "request.invalid", "state", "suspended")]
    [InlineData("lon=114.15&lat=35.88&category=castle", HttpStatusCode.UnprocessableEntity, "facilities.category_unknown", "category", "category")]
    [InlineData("lon=35.88&lat=114.15", HttpStatusCode.UnprocessableEntity, "facilities.point_outside_district", "lon", "Swapped axes?")]
    [InlineData("lon=114.2638&lat=35.90", HttpStatusCode.UnprocessableEntity, "facilities.point_outside_district", "lon", "inside as gcj02")]
    [InlineData("lon=7.42&lat=43.73", HttpStatusCode.UnprocessableEntity, "facilities.point_outside_district", "lon", "outside")]
    public async Task A_question_that_makes_no_sense_is_refused_with_a_hint(string query, HttpStatusCode status, string code, string field, string hint)
    {
        using var reader = app.Client("facilities.read");
        var answer = await reader.ReadAsync($"/facilities/v1/nearby?{query}");
        Assert.Equal((status, code, field), (answer.Status, answer.Code, answer.Fields));
        Assert.Contains(hint, answer.Error(field));
    }

    private static string Door => "/facilities/v1/nearby?lon=114.15&lat=35.88";

    private static IEnumerable<string?> Names(Answer page) => page.Json.GetProperty("items").EnumerateArray().Select(Name);

    private static string? Name(JsonElement item) => item.GetProperty("facility").GetProperty("name_zh").GetString();

    private static double Metres(JsonElement item) => item.GetProperty("metres").GetDouble();

    private async Task<Answer> NearAsync(string query)
    {
        using var reader = app.Client("facilities.read");
        return await reader.ReadAsync(Door + query);
    }

    /// <summary>The district with a few doors in the west, registered farthest first.</summary>
    public sealed class Doors(TestServers servers) : DistrictApp(servers)
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await this.RegisterAsync((114.15, 35.90), ("name_zh", "beyond"));
            await this.RegisterAsync((114.1544, 35.88), ("name_zh", "400 m"));
            await this.RegisterAsync((114.15, 35.8805), ("name_zh", "50 m"), ("category", "clinic"));
            await this.RegisterAsync(InTheWest, ("name_zh", "planned"), ("state", "planned"));
            await this.RegisterAsync(InTheWest, ("name_zh", "door"));
        }
    }
}

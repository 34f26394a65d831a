using System.Net;
using System.Text.Json;
using static LifeCircle.Facilities.Tests.Reach.WestStreetsApp;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Reach;

public sealed class FindReachTests(FindReachTests.App app) : IClassFixture<FindReachTests.App>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gives_what_can_be_reached_nearest_first_with_seconds_metres_and_when_it_is_open()
    {
        var answer = await app.GetAsync(WestStreetsApp.Reach());

        Assert.Equal(
            ["no-hours 139 111", "closed-now 348 278", "suspended 417 334", "aside 613 490", "by-day 695 556"],
            Items(answer).Select(item => $"{Id(item)} {item.GetProperty("seconds")} {item.GetProperty("metres")}"));
        Assert.Equal(
            ["no-hours", "closed-now False opens 2026-03-10T17:00:00+08:00", "suspended False opens 2026-03-20T09:00:00+08:00", "aside True", "by-day True closes 2026-03-10T20:00:00+08:00"],
            Items(answer).Select(Opening));
        Assert.Equal(5, answer.GetProperty("total").GetInt32());
        Assert.Equal(("elderly", 0.8, 15), (answer.GetProperty("profile").GetString(), answer.GetProperty("metres_per_second").GetDouble(), answer.GetProperty("minutes").GetInt32()));
        Assert.Equal((Lon, South), (answer.GetProperty("origin").GetProperty("street").GetProperty("lon").GetDouble(), answer.GetProperty("origin").GetProperty("street").GetProperty("lat").GetDouble()));
        Assert.Equal(await app.Database.QueryAsync<Guid>("SELECT id FROM walking_network"), answer.GetProperty("network_id").GetGuid());
    }

    [Theory]
    [InlineData("&profile=adult", "no-hours closed-now suspended aside by-day")]
    [InlineData("&profile=adult&minutes=20", "no-hours closed-now suspended aside by-day up-the-steps")]
    [InlineData("&minutes=5", "no-hours")]
    [InlineData("&category=clinic", "no-hours suspended")]
    [InlineData("&category=clinic&category=wet_market", "no-hours closed-now suspended")]
    [InlineData("&open=true", "aside by-day")]
    [InlineData("&open=false", "closed-now suspended")]
    public async Task Can_be_asked_for_less_or_more(string query, string expected) =>
        Assert.Equal(expected, string.Join(' ', Items(await app.GetAsync(WestStreetsApp.Reach(query))).Select(Id)));

    [Fact]
    public async Task Steps_cost_the_elderly_more_than_their_length()
    {
        var item = Items(await app.GetAsync(WestStreetsApp.Reach("&minutes=60"))).Single(item => Id(item) == "up-the-steps");

        // 1,212.03 m in all, of which 44.48 m are steps.
        Assert.Equal(1_212, item.GetProperty("metres").GetInt32());
        Assert.InRange(item.GetProperty("seconds").GetInt32(), 1_586, 1_588);
    }

    [Fact]
    public async Task The_walk_to_the_street_and_from_it_counts()
    {
        // 0.0005 degrees east of the street: 45.05 m at this latitude.
        var answer = await app.GetAsync(WestStreetsApp.Reach(lon: 114.1505));

        Assert.InRange(answer.GetProperty("origin").GetProperty("metres_to_street").GetDouble(), 45.0, 45.1);
        Assert.Equal(111 + 45, Items(answer)[0].GetProperty("metres").GetInt32());
        Assert.InRange(Items(answer)[0].GetProperty("seconds").GetInt32(), 195, 196);
    }

    [Fact]
    public async Task Pages_give_everything_once()
    {
        var (address, ids) = (WestStreetsApp.Reach("&limit=2"), new List<string>());
        for (var page = 0; page < 5; page++)
        {
            var answer = await app.GetAsync(address);
            ids.AddRange(Items(answer).Select(Id));
            if (!answer.TryGetProperty("next", out var next)) break;
            address = WestStreetsApp.Reach($"&limit=2&after={next.GetString()}");
        }
        Assert.Equal("no-hours closed-now suspended aside by-day", string.Join(' ', ids));
    }

    [Fact]
    public async Task A_door_in_the_coordinates_of_Chinese_maps_is_the_same_door()
    {
        var (lon, lat) = LifeCircle.Facilities.Places.ChineseOffsets.Wgs84ToGcj02(Lon, South);
        var answer = await app.GetAsync(WestStreetsApp.Reach("&crs=gcj02", lon, lat));

        Assert.Equal("no-hours 139", $"{Id(Items(answer)[0])} {Items(answer)[0].GetProperty("seconds")}");
    }

    [Theory]
    [InlineData("lon=114.5&lat=35.9", 422, "facilities.point_outside_district", "lon", "")]
    [InlineData("lon=35.88&lat=114.15", 422, "facilities.point_outside_district", "lon", "Swapped axes?")]
    [InlineData("lon=114.2655&lat=35.9", 422, "facilities.point_outside_district", "lon", "it would be inside as gcj02")]
    [InlineData("lon=114.24&lat=35.95", 422, "facilities.no_street_near", "lon", "")]
    [InlineData("lon=114.153&lat=35.875", 422, "facilities.no_street_near", "lon", "The nearest street is")]
    [InlineData("lon=114.15&lat=35.88&minutes=61", 400, "request.invalid", "minutes", "from 1 to 60")]
    [InlineData("lon=114.15&lat=35.88&profile=runner", 422, "facilities.profile_unknown", "profile", "elderly")]
    [InlineData("lon=114.15&lat=35.88&category=pub", 422, "facilities.category_unknown", "category", "")]
    [InlineData("lon=114.15&lat=35.88&at=2026-03-10T10:00:00", 400, "request.invalid", "at", "with an offset")]
    [InlineData("lon=114.15&lat=35.88&at=9999-12-31T23:59:59Z", 400, "request.invalid", "at", "from 2000 to 2100")]
    [InlineData("lon=114.15&lat=35.88&at=1999-12-31T23:59:59Z", 400, "request.invalid", "at", "from 2000 to 2100")]
    [InlineData("lon=114.15&lat=35.88&crs=utm", 400, "request.invalid", "crs", "gcj02")]
    [InlineData("lon=east&lat=35.88", 400, "request.malformed", "lon", "")]
    public async Task Says_what_is_wrong_with_a_question(string query, int status, string code, string field, string hint)
    {
        using var client = app.Client("facilities.read");
        using var response = await client.GetAsync(new Uri($"/facilities/v1/reach?{query}", UriKind.Relative), Ct);
        var problem = await FacilitiesApp.JsonOf(response);

        Assert.Equal((status, code), ((int)response.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Contains(hint, problem.GetProperty("errors").GetProperty(field)[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Needs_a_token_that_may_read()
    {
        foreach (var (token, status) in ((TestToken?, HttpStatusCode)[])[(null, HttpStatusCode.Unauthorized), (new() { Scopes = ["facilities.import"] }, HttpStatusCode.Forbidden)])
        {
            using var client = app.Client(token);
            using var response = await client.GetAsync(new Uri(WestStreetsApp.Reach(), UriKind.Relative), Ct);
            Assert.Equal(status, response.StatusCode);
        }
    }

    [Fact]
    public async Task Follows_what_becomes_of_a_facility()
    {
        var address = WestStreetsApp.Reach("&category=laundry");
        await app.MustImportAsync("kind=facilities&source=life", FacilitiesApp.Ndjson, Facility("washing", (Lon, 35.8805), ("category", "laundry")));
        await Eventually.IsAsync("washing", async () => string.Join(' ', Items(await app.GetAsync(address)).Select(Id)));

        await app.MustImportAsync("kind=facilities&source=life", FacilitiesApp.Ndjson, Facility("washing", (Lon, 35.8810), ("category", "laundry")));
        await Eventually.IsAsync(Seconds(35.8810), async () => Items(await app.GetAsync(address))[0].GetProperty("seconds").GetInt32());

        await app.MustImportAsync("kind=facilities&source=life", FacilitiesApp.Ndjson, Facility("washing", (Lon, 35.8810), ("category", "laundry"), ("state", "closed")));
        await Eventually.IsAsync(0, async () => Items(await app.GetAsync(address)).Count);
    }

    [Fact]
    public async Task A_replica_that_starts_later_walks_on_the_same_streets_without_another_import()
    {
        var first = await app.GetAsync(WestStreetsApp.Reach());
        var imports = await app.Database.CountAsync("import");

        using var client = app.Client(new TestToken { Scopes = ["facilities.read"] }, await app.StartReplicaAsync());
        var second = JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync(new Uri(WestStreetsApp.Reach(), UriKind.Relative), Ct));

        Assert.Equal(first.ToString(), second.ToString());
        Assert.Equal(imports, await app.Database.CountAsync("import"));
    }

    private static List<JsonElement> Items(JsonElement answer) => [.. answer.GetProperty("items").EnumerateArray()];

    private static string Id(JsonElement item) => item.GetProperty("facility").GetProperty("external_id").GetString()!;

    private static string Opening(JsonElement item) => string.Join(' ', ((string?[])[
        Id(item), item.TryGetProperty("open", out var open) ? $"{open.GetBoolean()}" : null,
        item.TryGetProperty("opens_at", out var opens) ? $"opens {opens.GetString()}" : null,
        item.TryGetProperty("closes_at", out var closes) ? $"closes {closes.GetString()}" : null]).Where(part => part is not null));

    public sealed class App(TestServers servers) : WestStreetsApp(servers)
    {
        private static readonly string[] Week = ["mo", "tu", "we", "th", "fr", "sa", "su"];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await MustImportAsync("kind=facilities&source=west", Ndjson, string.Join('\n',
                Facility("by-day", (Lon, 35.8850), ("opening_hours", Hours("08:00", "20:00"))),
                Facility("aside", (114.1505, 35.8840), ("opening_hours", new { always_open = true })),
                Facility("closed-now", (Lon, 35.8825), ("category", "wet_market"), ("opening_hours", Hours("17:00", "19:00"))),
                Facility("no-hours", (Lon, 35.8810), ("category", "clinic")),
                Facility("suspended", (Lon, 35.8830), ("category", "clinic"), ("opening_hours", Hours("09:00", "12:00")), ("state", "suspended"),
                    ("suspended_from", "2026-03-01T00:00:00+08:00"), ("suspended_until", "2026-03-20T00:00:00+08:00"), ("suspended_reason", "repair")),
                Facility("up-the-steps", (Lon, 35.8909)),
                Facility("planned", (Lon, 35.8805), ("state", "planned")),
                Facility("far-from-streets", InTheEast)));
            await Eventually.IsAsync(5, async () => (await GetAsync(Reach())).GetProperty("total").GetInt32());
        }

        private static object Hours(string from, string to) => new { always_open = false, weekly = new[] { new { days = Week, from, to } } };
    }
}

public sealed class NoStreetsTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    [Fact]
    public async Task Says_that_streets_are_missing()
    {
        using var client = app.Client("facilities.read");
        using var response = await client.GetAsync(new Uri(WestStreetsApp.Reach(), UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Conflict, "facilities.no_walking_network"), (response.StatusCode, (await FacilitiesApp.JsonOf(response)).GetProperty("code").GetString()));
    }
}

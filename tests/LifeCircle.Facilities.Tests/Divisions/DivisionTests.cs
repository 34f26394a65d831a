using System.Net;
using System.Text.Json;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Divisions;

public sealed class DivisionTests(DivisionTests.Redrawn app) : IClassFixture<DivisionTests.Redrawn>
{
    private const string Divisions = "/facilities/v1/divisions";
    private const string Former = "410603003";

    [Theory]
    [InlineData("", District, WestStreet, SouthWest, NorthWest, EastStreet, East)]
    [InlineData("?level=district", District)]
    [InlineData("?level=street", WestStreet, EastStreet)]
    [InlineData("?level=community&parent=410603001", SouthWest, NorthWest)]
    [InlineData("?parent=410603", WestStreet, EastStreet)]
    [InlineData("?level=street&on=2001-12-31", WestStreet, EastStreet, Former)]
    [InlineData("?level=street&on=2002-01-01", WestStreet, EastStreet)]
    [InlineData("?on=1999-12-31")]
    public async Task The_divisions_of_a_day_come_by_code(string query, params string[] codes) =>
        Assert.Equal(codes, Codes((await app.GetAsync(Divisions + query)).GetProperty("items").EnumerateArray()));

    [Fact]
    public async Task Pages_follow_each_other_and_the_outlines_come_as_GeoJSON()
    {
        using var reader = app.Client("facilities.read");
        var first = await reader.ReadAsync($"{Divisions}?limit=4");
        Assert.Equal([EastStreet, East], Codes((await reader.ReadAsync($"{Divisions}?limit=4&after={first["next"]}")).Json.GetProperty("items").EnumerateArray()));
        Assert.EndsWith("; rel=\"next\"", first.Header("Link"));

        var geo = await reader.ReadAsync($"{Divisions}?level=district", ("Accept", "application/geo+json"));
        var feature = Assert.Single(geo.Json.GetProperty("features").EnumerateArray());
        Assert.Equal((District, "MultiPolygon"), (feature.GetProperty("id").GetString(), feature.GetProperty("geometry").GetProperty("type").GetString()));
        Assert.False(feature.GetProperty("properties").TryGetProperty("boundary", out _));
    }

    [Fact]
    public async Task One_comes_with_its_outline_as_it_was_on_that_day()
    {
        using var reader = app.Client("facilities.read");

        var street = await reader.ReadAsync($"{Divisions}/{WestStreet}");

        Assert.Equal((HttpStatusCode.OK, "\"1\"", "street", District, "红旗街", "2000-01-01", null), (street.Status, street.Header("ETag"), street["level"],
            street["parent_code"], street["name_zh"], street["valid_from"], street["valid_until"]));
        var ring = street.Json.GetProperty("boundary").GetProperty("coordinates")[0][0].EnumerateArray().Select(point => point.GetRawText()).ToHashSet();
        Assert.Equal(["[114.1,35.84]", "[114.1,35.96]", "[114.18,35.84]", "[114.18,35.96]"], ring.Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.NotModified, (await reader.ReadAsync($"{Divisions}/{WestStreet}", ("If-None-Match", "\"1\""))).Status);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound),
            ((await reader.ReadAsync($"{Divisions}/{Former}?on=2001-06-01")).Status, (await reader.ReadAsync($"{Divisions}/{Former}")).Status));
        Assert.Equal("facilities.division_not_found", (await reader.ReadAsync($"{Divisions}/999999")).Code);
    }

    [Theory]
    [InlineData(WestStreet, District, WestStreet, SouthWest, NorthWest)]
    [InlineData(SouthWest, District, WestStreet, SouthWest)]
    [InlineData(EastStreet, District, EastStreet, East)]
    public async Task A_clerk_sees_the_own_division_what_is_in_it_and_what_is_above_it(string own, params string[] codes)
    {
        using var clerk = app.Client(Register.Clerk(own));

        Assert.Equal(codes, Codes(await clerk.PagesAsync($"{Divisions}?limit=2")));
        Assert.Equal(codes, (await clerk.ReadAsync(Divisions, ("Accept", "application/geo+json"))).Json.GetProperty("features").EnumerateArray()
            .Select(feature => feature.GetProperty("id").GetString()));
        foreach (var code in (string[])[District, WestStreet, SouthWest, NorthWest, EastStreet, East])
            Assert.Equal((code, codes.Contains(code) ? HttpStatusCode.OK : HttpStatusCode.NotFound), (code, (await clerk.ReadAsync($"{Divisions}/{code}")).Status));
    }

    [Theory]
    [InlineData("level=village", "level")]
    [InlineData("level=9", "level")]
    [InlineData("on=yesterday", "on")]
    [InlineData("parent=4106", "parent")]
    [InlineData("limit=201", "limit")]
    public async Task A_filter_that_makes_no_sense_is_refused(string query, string field)
    {
        using var reader = app.Client("facilities.read");
        var answer = await reader.ReadAsync($"{Divisions}?{query}");
        Assert.Equal((HttpStatusCode.BadRequest, field), (answer.Status, answer.Fields));
    }

    private static IEnumerable<string?> Codes(IEnumerable<JsonElement> items) => items.Select(item => item.GetProperty("code").GetString());

    /// <summary>The district with a street that is no more.</summary>
    public sealed class Redrawn(TestServers servers) : DistrictApp(servers)
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await MustImportAsync("kind=divisions&source=map", GeoJson,
                Collection(Division(Former, "旧街", Box(114.10, 35.84, 114.12, 35.86), "2000-01-01", "2002-01-01")));
        }
    }
}

using System.Net;
using System.Text.Json;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Finding;

[Collection<SharedDistrict>]
public sealed class ListFacilitiesTests(DistrictApp app) : IDisposable
{
    private const string Gym = "category=fitness&category=wellness";

    private readonly HttpClient _reader = app.Client("facilities.read");

    [Fact]
    public async Task Filters_narrow_the_list_each_and_together()
    {
        var tag = Tag();
        await AddAsync("a", InTheWest, ("category", "fitness"));
        await AddAsync("b", InTheEast, ("category", "fitness"), ("state", "planned"));
        await AddAsync("c", InTheEast, ("category", "wellness"));
        await AddAsync("d", AtTheBorder, ("category", "wellness"), ("state", "building"));
        var circle = await app.Database.QueryAsync<Guid>($"SELECT id FROM life_circle WHERE code = '{EastCircle}'");

        foreach (var (filter, names) in ((string, string)[])
        [
            ("", "abcd"), ("category=fitness", "ab"), (Gym, "abcd"), ("state=open", "ac"), ($"division={EastStreet}", "bcd"), ($"division={SouthWest}", "a"),
            ($"division={District}", "abcd"), ($"circle={circle}", "bc"), ("bbox=114.20,35.89,114.26,35.91", "bcd"), ("bbox=114.20,35.89,114.22,35.91", "bc"),
            ($"category=wellness&state=building&division={EastStreet}&bbox=114.20,35.89,114.26,35.91", "d"), ($"category=fitness&circle={circle}&state=open", ""),
        ])
            Assert.Equal((filter, names), (filter, Names(await _reader.PagesAsync($"{Register.Facilities}?q={tag}&{filter}"))));

        Task AddAsync(string name, (double, double) at, params (string, object?)[] more) => app.RegisterAsync(at, [("name_zh", name), ("name_en", $"Gym {tag}"), .. more]);
    }

    [Theory]
    [InlineData("category=castle", HttpStatusCode.UnprocessableEntity, "facilities.category_unknown", "category")]
    [InlineData("state=Open", HttpStatusCode.BadRequest, "request.invalid", "state")]
    [InlineData("state=2", HttpStatusCode.BadRequest, "request.invalid", "state")]
    [InlineData("circle=SC-01", HttpStatusCode.BadRequest, "request.malformed", "circle")]
    [InlineData("division=41060", HttpStatusCode.BadRequest, "request.invalid", "division")]
    [InlineData("division=%25", HttpStatusCode.BadRequest, "request.invalid", "division")]
    [InlineData("bbox=1,2,3", HttpStatusCode.BadRequest, "request.invalid", "bbox")]
    [InlineData("bbox=114.2,35.9,114.1,35.95", HttpStatusCode.BadRequest, "request.invalid", "bbox")]
    [InlineData("bbox=114.1,35.8,NaN,36", HttpStatusCode.BadRequest, "request.invalid", "bbox")]
    [InlineData("q=%20", HttpStatusCode.BadRequest, "request.invalid", "q")]
    [InlineData("limit=0", HttpStatusCode.BadRequest, "request.invalid", "limit")]
    [InlineData("limit=201", HttpStatusCode.BadRequest, "request.invalid", "limit")]
    [InlineData("limit=many", HttpStatusCode.BadRequest, "request.invalid", "limit")]
    [InlineData("after=x", HttpStatusCode.BadRequest, "request.invalid", "after")]
    public async Task A_filter_that_makes_no_sense_is_refused_and_named(string query, HttpStatusCode status, string code, string field)
    {
        var answer = await _reader.ReadAsync($"{Register.Facilities}?{query}");
        Assert.Equal((status, code, field), (answer.Status, answer.Code, answer.Fields));
    }

    [Fact]
    public async Task Pages_follow_each_other_by_their_links_and_what_comes_meanwhile_moves_nothing()
    {
        var tag = Tag();
        var expected = new List<Guid>();
        for (var number = 0; number < 7; number++) expected.Add(await AddAsync());

        var (seen, link) = (new List<Guid>(), $"{Register.Facilities}?q={tag}&state=open&limit=3");
        for (var page = 0; link is not null; page++)
        {
            var answer = await _reader.ReadAsync(link);
            var items = answer.Json.GetProperty("items").EnumerateArray().Select(Register.IdOf).ToList();
            seen.AddRange(items);
            Assert.Equal(page < 2 ? 3 : 2, items.Count);
            link = answer.Header("Link")?.Split('>')[0][1..];
            Assert.Equal(link is null, answer["next"] is null);
            if (link is null) break;
            Assert.Contains("state=open&limit=3&after=", link);
            Assert.EndsWith("; rel=\"next\"", answer.Header("Link"));
            if (page == 0) expected.Add(await AddAsync());
        }
        Assert.Equal(expected, seen);

        async Task<Guid> AddAsync() => (await app.RegisterAsync(more: ("name_en", tag))).Id;
    }

    [Fact]
    public async Task A_page_is_as_long_as_its_limit_allows()
    {
        var tag = Tag();
        for (var number = 0; number < 51; number++) await app.RegisterAsync(more: ("name_en", tag));

        Assert.Equal(50, await CountAsync(""));
        Assert.Equal(51, await CountAsync("&limit=200"));
        Assert.Equal(1, await CountAsync("&limit=1"));

        async Task<int> CountAsync(string limit) => (await _reader.ReadAsync($"{Register.Facilities}?q={tag}{limit}")).Json.GetProperty("items").GetArrayLength();
    }

    [Fact]
    public async Task Is_GeoJSON_for_whoever_prefers_it()
    {
        var tag = Tag();
        var facility = await app.RegisterAsync(more: ("name_en", tag));
        await app.RegisterAsync(more: ("name_en", tag));

        var page = await _reader.ReadAsync($"{Register.Facilities}?q={tag}&limit=1", ("Accept", "application/json;q=0.5, application/geo+json"));

        Assert.Equal(("application/geo+json", "Accept", "FeatureCollection"), (page.Header("Content-Type"), page.Header("Vary"), page["type"]));
        var feature = Assert.Single(page.Json.GetProperty("features").EnumerateArray());
        Assert.Equal(("Feature", facility.Id.ToString()), (feature.GetProperty("type").GetString(), feature.GetProperty("id").GetString()));
        Assert.Equal("""{"type":"Point","coordinates":[114.15,35.88]}""", feature.GetProperty("geometry").GetRawText());
        Assert.True(JsonElement.DeepEquals(facility.Json, feature.GetProperty("properties")));
        Assert.Contains($"after={page["next"]}", page.Header("Link"));
    }

    [Theory]
    [InlineData("*/*")]
    [InlineData("application/json")]
    [InlineData("application/json, application/geo+json;q=0.9")]
    [InlineData("application/geo+json;q=0")]
    public async Task Is_JSON_for_everybody_else(string accept)
    {
        var page = await _reader.ReadAsync($"{Register.Facilities}?limit=1", ("Accept", accept));
        Assert.StartsWith("application/json", page.Header("Content-Type"));
        Assert.True(page.Json.TryGetProperty("items", out _));
    }

    [Fact]
    public async Task A_clerk_finds_the_own_division_only_whatever_is_asked_for()
    {
        var tag = Tag();
        await app.RegisterAsync(InTheWest, ("name_zh", "w"), ("name_en", tag));
        await app.RegisterAsync((114.15, 35.92), ("name_zh", "n"), ("name_en", tag));
        await app.RegisterAsync(InTheEast, ("name_zh", "e"), ("name_en", tag));

        foreach (var (division, names) in ((string, string)[])[(WestStreet, "wn"), (NorthWest, "n"), (EastStreet, "e"), (District, "wne")])
        {
            using var clerk = app.Client(Register.Clerk(division));
            Assert.Equal(names, Names(await clerk.PagesAsync($"{Register.Facilities}?q={tag}")));
            Assert.Equal(names, Names(await clerk.PagesAsync($"{Register.Facilities}?q={tag}&division={District}&bbox=114,35,115,36")));
            var geo = await clerk.ReadAsync($"{Register.Facilities}?q={tag}", ("Accept", "application/geo+json"));
            Assert.Equal(names, Names(geo.Json.GetProperty("features").EnumerateArray().Select(feature => feature.GetProperty("properties"))));
            Assert.All(await clerk.PagesAsync($"{Register.Facilities}?limit=200"), item => Assert.StartsWith(division, item.GetProperty("division_code").GetString()));
        }
        using var west = app.Client(Register.Clerk(WestStreet));
        Assert.Empty(await west.PagesAsync($"{Register.Facilities}?division={EastStreet}"));
    }

    public void Dispose() => _reader.Dispose();

    // The last digits are the random ones.
    private static string Tag() => $"t{Guid.CreateVersion7():n}"[^12..];

    private static string Names(IEnumerable<JsonElement> items) => string.Concat(items.Select(item => item.GetProperty("name_zh").GetString()));
}

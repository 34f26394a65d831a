using System.Net;
using System.Text.Json;
using LifeCircle.Facilities.Places;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.LifeCircles;

/// <summary>In a district of its own, whose figures nobody else changes.</summary>
public sealed class LifeCircleTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    private const string Circles = "/facilities/v1/life-circles";

    [Fact]
    public async Task The_list_and_one_circle_say_who_leads_it_what_is_open_and_what_is_missing()
    {
        await app.RegisterAsync(InTheWest, ("category", "laundry"));
        await Eventually.IsTrueAsync(async () => Code(await WestAsync()) == WestCircle && Open(await WestAsync()) == """{"laundry":1}""", "the laundry is counted");

        var item = await WestAsync();
        Assert.Equal((WestStreet, "生活圈", """{"lon":114.15,"lat":35.9}"""),
            (item.GetProperty("division_code").GetString(), item.GetProperty("name_zh").GetString(), item.GetProperty("centre").GetRawText()));
        Assert.Equal(
            FacilityCategories.All.Where(category => category.Group == FacilityGroup.Basic && category.Code != "laundry").Select(category => category.Code),
            item.GetProperty("missing").EnumerateArray().Select(code => code.GetString()));
        Assert.False(item.TryGetProperty("boundary", out _));

        var one = await app.GetAsync($"{Circles}/{Register.IdOf(item)}");
        Assert.Equal((WestCircle, """{"laundry":1}""", "MultiPolygon"), (Code(one), Open(one), one.GetProperty("boundary").GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Pages_filters_and_GeoJSON_go_together()
    {
        using var reader = app.Client("facilities.read");

        Assert.Equal([WestCircle, EastCircle], (await reader.PagesAsync($"{Circles}?limit=1")).Select(Code));
        Assert.Equal([EastCircle], (await reader.PagesAsync($"{Circles}?division={EastStreet}")).Select(Code));
        Assert.Equal([WestCircle, EastCircle], (await reader.PagesAsync($"{Circles}?division={District}")).Select(Code));
        var geo = await reader.ReadAsync($"{Circles}?limit=1", ("Accept", "application/geo+json"));
        Assert.Equal((WestCircle, "MultiPolygon"), geo.Json.GetProperty("features")[0] is var feature
            ? (Code(feature.GetProperty("properties")), feature.GetProperty("geometry").GetProperty("type").GetString()) : default);
        Assert.Contains($"after={geo["next"]}", geo.Header("Link"));
    }

    [Fact]
    public async Task A_clerk_sees_the_circles_that_the_own_division_leads()
    {
        var (west, east) = (Register.IdOf(await WestAsync()), await app.Database.QueryAsync<Guid>($"SELECT id FROM life_circle WHERE code = '{EastCircle}'"));
        using var clerk = app.Client(Register.Clerk(WestStreet));

        Assert.Equal([WestCircle], (await clerk.PagesAsync($"{Circles}?limit=200")).Select(Code));
        Assert.Empty(await clerk.PagesAsync($"{Circles}?division={EastStreet}"));
        Assert.Single((await clerk.ReadAsync(Circles, ("Accept", "application/geo+json"))).Json.GetProperty("features").EnumerateArray());
        Assert.Equal(HttpStatusCode.OK, (await clerk.ReadAsync($"{Circles}/{west}")).Status);
        var refused = await clerk.ReadAsync($"{Circles}/{east}");
        Assert.Equal((HttpStatusCode.NotFound, "facilities.life_circle_not_found"), (refused.Status, refused.Code));
    }

    [Theory]
    [InlineData("division=x", "division")]
    [InlineData("limit=0", "limit")]
    [InlineData("after=x", "after")]
    public async Task A_filter_that_makes_no_sense_is_refused(string query, string field)
    {
        using var reader = app.Client("facilities.read");
        var answer = await reader.ReadAsync($"{Circles}?{query}");
        Assert.Equal((HttpStatusCode.BadRequest, "request.invalid", field), (answer.Status, answer.Code, answer.Fields));
    }

    private static string? Code(JsonElement circle) => circle.GetProperty("code").GetString();

    private static string Open(JsonElement circle) => circle.GetProperty("open_facilities").GetRawText();

    private async Task<JsonElement> WestAsync() => (await app.GetAsync(Circles)).GetProperty("items")[0];
}

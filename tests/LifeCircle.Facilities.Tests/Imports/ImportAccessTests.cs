using System.Net;
using System.Text.Json;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Imports;

public sealed class ImportAccessTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    private static readonly TestToken West = new() { ClientId = "west", Division = WestStreet, Scopes = ["facilities.import"] };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/facilities/v1/imports?kind=facilities")]
    [InlineData("GET", "/facilities/v1/imports")]
    [InlineData("GET", "/facilities/v1/imports/0197f0a0-0000-7000-8000-000000000001")]
    [InlineData("GET", "/facilities/v1/imports/0197f0a0-0000-7000-8000-000000000001/errors")]
    [InlineData("DELETE", "/facilities/v1/imports/0197f0a0-0000-7000-8000-000000000001")]
    public async Task Needs_a_token_with_the_scope(string method, string address)
    {
        TestToken?[] refused =
        [
            null, new() { Scopes = ["facilities.import"], Lifetime = TimeSpan.FromMinutes(-5) }, new() { Scopes = ["facilities.import"], Audience = "other" },
            new() { Scopes = ["facilities.write", "facilities.read"] },
        ];
        foreach (var token in refused)
        {
            using var client = app.Client(token);
            using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = method == "POST" ? new StringContent(Facility("X")) : null };
            using var response = await client.SendAsync(request, Ct);
            Assert.Equal(token?.Scopes.Contains("facilities.write") == true ? HttpStatusCode.Forbidden : HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("divisions")]
    [InlineData("life_circles")]
    public async Task A_client_of_a_division_does_not_draw_the_map(string kind)
    {
        using var response = await app.PostAsync($"kind={kind}", FacilitiesApp.GeoJson, SmallDistrict.Divisions, West);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("facilities.whole_district_only", (await FacilitiesApp.JsonOf(response)).GetProperty("code").GetString());
        Assert.Equal(0L, await app.Database.CountAsync("import WHERE client_id = 'west' AND kind NOT IN ('facilities', 'buildings')"));
    }

    [Fact]
    public async Task A_client_of_a_division_imports_only_what_lies_in_it_and_changes_only_what_lay_in_it()
    {
        await app.MustImportAsync("kind=facilities&source=shared", FacilitiesApp.Ndjson, Facility("eastern", InTheEast));

        var import = await app.ImportAsync("kind=facilities&source=shared&bad_rows=skip", FacilitiesApp.Ndjson,
            $"{Facility("own")}\n{Facility("foreign", InTheEast)}\n{Facility("eastern")}", West);
        var buildings = await app.ImportAsync("kind=buildings&source=shared&bad_rows=skip", FacilitiesApp.Ndjson,
            $"{Building("own")}\n{Building("foreign", InTheEast)}", West);

        Assert.Equal(Counts.Done(created: 1, bad: 2), Counts.Of(import));
        Assert.Equal([(2, "lon", "facilities.foreign_division"), (3, "external_id", "facilities.foreign_division")], (await app.ErrorsAsync(import)).Select(Counts.Key));
        Assert.Equal(Counts.Done(created: 1, bad: 1), Counts.Of(buildings));
        Assert.Equal(1L, await app.Database.CountAsync($"facility WHERE source = 'shared' AND external_id = 'eastern' AND division_code = '{East}' AND version = 1"));
    }

    [Fact]
    public async Task A_client_of_a_division_sees_and_cancels_imports_of_its_division_only()
    {
        var ofDistrict = await app.MustImportAsync("kind=facilities&source=seen", FacilitiesApp.Ndjson, Facility("1"));
        var ofEast = await app.MustImportAsync("kind=facilities&source=seen-east", FacilitiesApp.Ndjson, Facility("1", InTheEast), West with { ClientId = "east", Division = EastStreet });
        var ofCommunity = await app.MustImportAsync("kind=facilities&source=seen-west", FacilitiesApp.Ndjson, Facility("1"), West with { ClientId = "community", Division = SouthWest });
        using var west = app.Client(West);

        var list = await FacilitiesApp.JsonOf(await west.GetAsync(new Uri("/facilities/v1/imports?limit=200", UriKind.Relative), Ct));

        Assert.Contains(Id(ofCommunity), list.GetProperty("items").EnumerateArray().Select(Id));
        Assert.All(list.GetProperty("items").EnumerateArray(), import => Assert.StartsWith(WestStreet, import.GetProperty("division_code").GetString()));
        foreach (var foreign in (JsonElement[])[ofDistrict, ofEast])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await west.GetAsync(Address(foreign), Ct)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await west.GetAsync(Address(foreign, "/errors"), Ct)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await west.DeleteAsync(Address(foreign), Ct)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.OK, (await west.GetAsync(Address(ofCommunity), Ct)).StatusCode);
    }

    [Fact]
    public async Task Imports_are_listed_newest_first_page_by_page_by_kind_and_state()
    {
        for (var number = 0; number < 5; number++)
        {
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            await app.ImportAsync("kind=buildings&source=list", FacilitiesApp.Ndjson, Building($"{number}", number == 3 ? (1, 1) : null));
        }
        var first = await app.GetAsync("/facilities/v1/imports?kind=buildings&state=done&limit=3", "facilities.import");
        var second = await app.GetAsync($"/facilities/v1/imports?kind=buildings&state=done&limit=3&after={first.GetProperty("next").GetString()}", "facilities.import");

        var items = first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).ToList();
        Assert.All(items, import => Assert.Equal(("buildings", "done"), (import.GetProperty("kind").GetString(), import.GetProperty("state").GetString())));
        Assert.Equal(items.Select(Id).OrderDescending(StringComparer.Ordinal), items.Select(Id));
        Assert.True(items.Count >= 4);
    }

    [Theory]
    [InlineData("", "kind", "request.malformed")]
    [InlineData("kind=castles", "kind", "facilities.import_kind_unknown")]
    [InlineData("kind=facilities&bad_rows=ignore", "bad_rows", "request.invalid")]
    [InlineData("kind=facilities&check_only=perhaps", "check_only", "request.malformed")]
    [InlineData("kind=facilities&source=%00", "source", "facilities.value_invalid")]
    public async Task Refuses_an_order_that_makes_no_sense_before_it_reads_the_body(string query, string field, string code)
    {
        using var response = await app.PostAsync(query, FacilitiesApp.Ndjson, Facility("X"));

        Assert.InRange((int)response.StatusCode, 400, 422);
        var problem = await FacilitiesApp.JsonOf(response);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), $"{problem}");
    }

    private static string Id(JsonElement import) => import.GetProperty("id").GetString()!;

    private static Uri Address(JsonElement import, string part = "") => new($"/facilities/v1/imports/{Id(import)}{part}", UriKind.Relative);
}

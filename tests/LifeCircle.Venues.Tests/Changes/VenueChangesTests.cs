using System.Text.Json;

namespace LifeCircle.Venues.Tests.Changes;

public sealed class VenueChangesTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task A_copy_that_follows_the_feed_is_what_the_service_shows()
    {
        using var client = app.District();
        var start = (await client.ReadAsync("/venues/v1/changes?limit=200"))["next"];
        var school = await SharedSchool.CreateAsync(app); // with hours
        var court = await school.CourtAsync();
        var closure = (await school.MustPostAsync("closures", """{"until": "2026-03-11T12:00:00+08:00", "reason": "weather", "text_zh": "雨"}""")).Header("Location")!;
        await client.PostJsonAsync($"{closure}/lift", "{}", ("If-Match", "\"1\""));
        var later = (await school.MustPostAsync("hours", """{"valid_from": "2026-04-01", "hours": {}}""")).Header("Location")!;
        await client.AskAsync(HttpMethod.Delete, later, null);
        await client.PostJsonAsync($"/venues/v1/fields/{court}/retire", "{}", ("If-Match", "\"1\""));
        await client.PutJsonAsync(school.Path, "{}", ("If-Match", "\"1\""));

        var items = new List<JsonElement>();
        for (var after = start; ;)
        {
            var page = await client.ReadAsync($"/venues/v1/changes?limit=3&after={after}");
            items.AddRange(page.Json.GetProperty("items").EnumerateArray());
            if (page["next"] == after) break;
            after = page["next"];
        }

        Assert.Equal(
        [
            "updated school", "updated sharing_hours", "updated field", "updated closure", "updated closure", "updated sharing_hours", "deleted sharing_hours", "updated field", "updated school",
        ], items.Select(item => $"{item.GetProperty("state")} {item.GetProperty("kind")}"));
        var versions = items.ConvertAll(item => item.GetProperty("version").GetInt64());
        Assert.Equal(versions.Distinct().Order(), versions); // each later than the one before
        foreach (var (kind, path) in ((string, string)[])[("school", school.Path), ("field", $"/venues/v1/fields/{court}"), ("closure", closure)])
            Assert.True(JsonElement.DeepEquals((await client.ReadAsync(path)).Json, items.Last(item => item.GetProperty("kind").GetString() == kind).GetProperty("data")), kind);
    }

    [Fact]
    public async Task A_clerk_hears_of_the_own_division_only()
    {
        var school = await SharedSchool.CreateAsync(app, division: "410603005001");
        foreach (var (division, heard) in ((string, bool)[])[("410603005", true), ("410603005001", true), ("410603006", false), ("410603", true)])
        {
            using var clerk = app.Client(new TestToken { Scopes = ["venues.read"], Division = division });
            Assert.Equal((division, heard), (division, (await clerk.ReadAsync("/venues/v1/changes?limit=200")).Text.Contains(school.Id.ToString(), StringComparison.Ordinal)));
        }
    }
}

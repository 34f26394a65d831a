using System.Net;
using System.Text.Json;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests;

/// <summary>In a district of its own, whose feed begins with its map.</summary>
public sealed class ChangesTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    [Fact]
    public async Task A_copy_that_follows_the_feed_is_the_register()
    {
        using var planner = app.Planner();
        var start = (await planner.ReadAsync($"{Register.Changes}?limit=200"))["next"];
        var first = await app.RegisterAsync(InTheWest);
        var second = await app.RegisterAsync(InTheEast, ("state", "planned"));
        first = await app.DoAsync(first, "assure", """{"by":"红旗街"}""");
        second = await app.DoAsync(second, "open");
        first = await app.DoAsync(first, "close");

        var items = await planner.PagesAsync($"{Register.Changes}?limit=2", start);

        Assert.Equal([(first.Id, 1), (second.Id, 1), (first.Id, 2), (second.Id, 2), (first.Id, 3)],
            items.Select(item => (Register.IdOf(item), item.GetProperty("version").GetInt32())));
        Assert.All(items, item => Assert.Equal(("facility", "updated"), (item.GetProperty("kind").GetString(), item.GetProperty("state").GetString())));
        foreach (var facility in (Registered[])[first, second])
            Assert.True(JsonElement.DeepEquals(facility.Json, items.Last(item => Register.IdOf(item) == facility.Id).GetProperty("data")));
    }

    [Fact]
    public async Task A_clerk_hears_of_the_own_division_only()
    {
        var (west, east) = (await app.RegisterAsync(InTheWest), await app.RegisterAsync(InTheEast));
        foreach (var (division, heard) in ((string, Guid[])[])
        [
            (WestStreet, [west.Id]), (SouthWest, [west.Id]), (NorthWest, []), (EastStreet, [east.Id]), (District, [west.Id, east.Id]),
        ])
        {
            using var clerk = app.Client(Register.Clerk(division));
            var ids = (await clerk.ChangesAsync()).Select(Register.IdOf).ToList();
            Assert.Equal((division, heard.Contains(west.Id), heard.Contains(east.Id)), (division, ids.Contains(west.Id), ids.Contains(east.Id)));
        }
    }

    [Fact]
    public async Task A_copy_of_one_division_loses_what_moves_out_and_gains_what_moves_in()
    {
        var facility = await app.RegisterAsync(InTheWest);
        using var planner = app.Planner();
        var moved = await planner.PutJsonAsync(facility.Path, Register.Body((114.15, 35.92)), ("If-Match", facility.ETag));
        Assert.Equal((HttpStatusCode.OK, NorthWest), (moved.Status, moved["division_code"]));
        var away = await planner.PutJsonAsync(facility.Path, Register.Body(InTheEast), ("If-Match", moved.Header("ETag")!));
        Assert.Equal((HttpStatusCode.OK, East), (away.Status, away["division_code"]));

        foreach (var (division, heard) in ((string, string)[])
        [
            (SouthWest, "updated 1, deleted 2"), (NorthWest, "updated 2, deleted 3"), (East, "updated 3"), (EastStreet, "updated 3"),
            (WestStreet, "updated 1, updated 2, deleted 3"), (District, "updated 1, updated 2, updated 3"),
        ])
        {
            using var clerk = app.Client(Register.Clerk(division));
            var items = (await clerk.ChangesAsync()).Where(item => Register.IdOf(item) == facility.Id).ToList();
            Assert.Equal((division, heard), (division, string.Join(", ", items.Select(item => $"{item.GetProperty("state")} {item.GetProperty("version")}"))));
            Assert.All(items, item => Assert.Equal(item.GetProperty("state").GetString() == "updated", item.TryGetProperty("data", out _)));
        }
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("after=-1", "after")]
    public async Task A_page_that_cannot_be_is_refused(string query, string field)
    {
        using var planner = app.Planner();
        var answer = await planner.ReadAsync($"{Register.Changes}?{query}");
        Assert.Equal((HttpStatusCode.BadRequest, "request.invalid", field), (answer.Status, answer.Code, answer.Fields));
    }
}

using System.Text.Json;
using LifeCircle.Facilities.Imports.Commands;
using LifeCircle.Facilities.Tests.DemoDistrict;
using Microsoft.Extensions.DependencyInjection;
using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;

namespace LifeCircle.Facilities.Tests.Imports;

/// <summary>The demo district through the importers: its numbers are the published ones, in the database as in the files.</summary>
public sealed class ImportDemoTests(ImportDemoTests.App app, GeneratedDistrict district) : IClassFixture<ImportDemoTests.App>, IClassFixture<GeneratedDistrict>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Has_exactly_the_numbers_of_the_summary()
    {
        var summary = district.Summary;
        Assert.Equal(
            (summary.Facilities, summary.Buildings, summary.Population, summary.LifeCircles, summary.Streets, summary.Communities),
            ((int)await app.Database.CountAsync("facility"), (int)await app.Database.CountAsync("building"),
                (int)await app.Database.QueryAsync<long>("SELECT sum(population) FROM building"), (int)await app.Database.CountAsync("life_circle"),
                (int)await app.Database.CountAsync("division WHERE level = 'street'"), (int)await app.Database.CountAsync("division WHERE level = 'community'")));
        Assert.Equal(
            string.Join(' ', summary.OpenFacilities.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")),
            await app.Database.QueryAsync<string>("""
                SELECT string_agg(category || '=' || n, ' ' ORDER BY category COLLATE "C")
                FROM (SELECT category, count(*) AS n FROM facility WHERE state = 'open' GROUP BY category) AS open
                """));
        Assert.Equal(summary.GreenAreaM2, await app.Database.QueryAsync<decimal>(
            "SELECT sum(area_m2) FROM facility WHERE state = 'open' AND category IN ('park', 'community_park', 'pocket_park', 'themed_garden')"));
        // What the files say of a building's community is what lies around it.
        Assert.Equal(0L, await app.Database.CountAsync("building WHERE length(division_code) <> 12"));
    }

    [Fact]
    public async Task The_figures_of_every_circle_come_right_through_the_consumers()
    {
        await app.DrainedAsync();
        var open = district.Facilities.Where(facility => Text(facility, "state") == "open").ToList();
        foreach (var circle in (await app.GetAsync("/facilities/v1/life-circles?limit=200")).GetProperty("items").EnumerateArray())
        {
            var inside = new IndexedPointInAreaLocator(district.Circles.Single(known => known.Code == Text(circle, "code")).Outline);
            var expected = open.Where(facility => Contains(inside, facility)).CountBy(facility => Text(facility, "category"))
                .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}");
            var figures = circle.GetProperty("open_facilities").EnumerateObject().Select(category => $"{category.Name}={category.Value.GetInt32()}");
            Assert.Equal(expected, figures);
        }
        Assert.Equal((long)district.Facilities.Count, await app.Database.CountAsync("facility_standing"));
    }

    [Fact]
    public async Task The_same_files_again_change_nothing()
    {
        var changes = await app.Database.CountAsync("change");
        (string Kind, string File, string MediaType, int Rows)[] files =
        [
            ("divisions", "divisions.geojson", FacilitiesApp.GeoJson, district.Divisions.Count), ("life_circles", "life-circles.geojson", FacilitiesApp.GeoJson, district.Circles.Count),
            ("facilities", "facilities.ndjson", FacilitiesApp.Ndjson, district.Facilities.Count), ("buildings", "buildings.ndjson", FacilitiesApp.Ndjson, district.Buildings.Count),
        ];
        foreach (var (kind, file, mediaType, rows) in files)
        {
            using var accepted = await app.PostAsync($"kind={kind}&source=demo", mediaType, new ByteArrayContent(district.Bytes(file)));
            Assert.Equal(Counts.Done(unchanged: rows), Counts.Of(await app.EndOfAsync(accepted)));
        }
        Assert.Equal(changes, await app.Database.CountAsync("change"));
        Assert.Equal(0L, await app.Database.QueryAsync<long>("SELECT (SELECT count(*) FROM facility WHERE version > 1) + (SELECT count(*) FROM building WHERE version > 1)"));
    }

    [Fact]
    public async Task Goes_on_where_it_was_interrupted_and_then_has_nothing_to_do()
    {
        await app.Database.ExecuteAsync("DELETE FROM import WHERE kind = 'buildings'; DELETE FROM building;");
        await app.ImportDemoAsync();
        Assert.Equal((long)district.Buildings.Count, await app.Database.CountAsync("building"));
        var imports = await app.Database.CountAsync("import");

        await app.ImportDemoAsync();

        Assert.Equal(imports, await app.Database.CountAsync("import"));
    }

    private static string Text(JsonElement row, string member) => row.GetProperty(member).GetString()!;

    private static bool Contains(IndexedPointInAreaLocator inside, JsonElement row)
    {
        var position = GeneratedDistrict.PositionOf(row);
        return inside.Locate(new Coordinate(position.Lon, position.Lat)) == Location.Interior;
    }

    public sealed class App(TestServers servers) : FacilitiesApp(servers)
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await ImportDemoAsync();
        }

        public async Task ImportDemoAsync()
        {
            await using var scope = Services.CreateAsyncScope();
            Assert.Equal(0, await ImportDemoCommand.RunAsync(scope.ServiceProvider, Ct));
        }

        public Task DrainedAsync() => Eventually.IsAsync(0L, () => Database.CountAsync("outbox_message WHERE destination LIKE '%:Facility%'"), 60);
    }
}

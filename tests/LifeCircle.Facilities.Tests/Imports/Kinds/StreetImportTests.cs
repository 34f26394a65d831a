using System.Net;
using LifeCircle.Contracts.Facilities;
using LifeCircle.Facilities.Tests.Reach;
using LifeCircle.Facilities.Tests.Walking;

namespace LifeCircle.Facilities.Tests.Imports.Kinds;

public sealed class StreetImportTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    private const string Pbf = "application/vnd.openstreetmap.data+pbf";

    [Fact]
    public async Task Streets_take_the_place_of_those_before_and_the_event_tells()
    {
        using var walker = app.Client("facilities.read");
        await using var imported = await app.Broker.ListenAsync<WalkingNetworkImported>();
        for (var time = 1; time <= 3; time++)
        {
            var import = await app.MustImportAsync("kind=streets", WestStreetsApp.Osm, WestStreetsApp.Streets);

            var report = import.GetProperty("result");
            Assert.Equal((3, 4, 3), (report.GetProperty("ways").GetInt32(), report.GetProperty("junctions").GetInt32(), report.GetProperty("edges").GetInt32()));
            Assert.Equal((2_223, 44), (report.GetProperty("metres").GetInt32(), report.GetProperty("stairs_metres").GetInt32()));
            var newest = await app.Database.QueryAsync<Guid>("SELECT id FROM walking_network ORDER BY imported_at DESC LIMIT 1");
            Assert.Equal(newest, (await imported.NextAsync()).NetworkId);
            await Eventually.IsAsync($"{newest}", async () => (await walker.ReadAsync(WestStreetsApp.Reach()))["network_id"]); // none, until the first is read
        }
        Assert.Equal((2L, 2L), (await app.Database.CountAsync("walking_network"), await app.Database.CountAsync("walking_network_part")));
    }

    [Fact]
    public async Task A_check_stores_nothing()
    {
        var before = await app.Database.CountAsync("walking_network");

        var import = await app.MustImportAsync("kind=streets&check_only=true", WestStreetsApp.Osm, WestStreetsApp.Streets);

        Assert.Equal(3, import.GetProperty("result").GetProperty("ways").GetInt32());
        Assert.Equal(before, await app.Database.CountAsync("walking_network"));
    }

    public static TheoryData<string, string, string, string> BadFiles => new()
    {
        { WestStreetsApp.Osm, new StreetFile(110, 30).Node(1, 0, 0).Node(2, 0, 9).Way("highway=footway", 1, 2).Text, "facilities.streets_elsewhere", "district" },
        { WestStreetsApp.Osm, AcrossTheContinent(), "facilities.streets_too_wide", "large" },
        { WestStreetsApp.Osm, new StreetFile(114.15, 35.88).Node(1, 0, 0).Node(2, 0, 9).Way("highway=motorway", 1, 2).Text, "facilities.no_streets", "walk" },
        { WestStreetsApp.Osm, "<osm><node id='1' lon='35.88' lat='114.15'/><way id='1'><nd ref='1'/></way></osm>", "facilities.import_unreadable", "Swapped axes?" },
        { WestStreetsApp.Osm, "<osm><node id='1' lon='114", "facilities.import_unreadable", "cut off. (line 1)" },
        { WestStreetsApp.Osm, "<html/>", "facilities.import_unreadable", "its root is not <osm>" },
        { WestStreetsApp.Osm, "", "facilities.import_unreadable", "" },
        { Pbf, "<osm/>", "facilities.import_unreadable", "This is not an .osm.pbf file. (byte 0)" },
        { Pbf, "", "facilities.import_unreadable", "The file is empty." },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public async Task A_bad_file_is_refused_with_the_reason_and_the_old_streets_stay(string mediaType, string content, string code, string hint)
    {
        var before = await app.Database.CountAsync("walking_network");

        var import = await app.ImportAsync("kind=streets", mediaType, content);

        var problem = import.GetProperty("problem");
        Assert.Equal(("refused", code), (import.GetProperty("state").GetString(), problem.GetProperty("code").GetString()));
        Assert.Contains(hint, problem.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, await app.Database.CountAsync("walking_network"));
    }

    // 890 km by 830 km, in pieces of 15 km.
    private static string AcrossTheContinent()
    {
        var file = new StreetFile(110, 28);
        for (var node = 0; node <= 80; node++) file.Node(node + 1, node * 1_000, node * 1_000);
        return file.Way("highway=footway", [.. Enumerable.Range(1, 81).Select(node => (long)node)]).Text;
    }

    [Fact]
    public async Task A_client_of_a_division_does_not_lay_streets()
    {
        using var response = await app.PostAsync("kind=streets", WestStreetsApp.Osm, WestStreetsApp.Streets,
            new TestToken { Division = SmallDistrict.WestStreet, Scopes = ["facilities.import"] });

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Facilities_are_taken_from_tags_and_a_second_time_nothing_is_new()
    {
        var file = new StreetFile(114.15, 35.88)
            .Node(1, 0, 0, "amenity=pharmacy name=Green opening_hours=Mo-Fr_08:00-18:00 wheelchair=yes operator=Chain addr:street=Hongqi addr:housenumber=7")
            .Node(2, 5, 0, "amenity=bench").Node(3, 9, 9, "shop=supermarket access=private").Node(4, 1_500, 0, "amenity=clinic name=Elsewhere")
            .Node(11, 10, 10).Node(12, 20, 10).Node(13, 20, 20).Node(14, 10, 20)
            .Way("leisure=park name=Garden opening_hours=when_it_does_not_rain", 11, 12, 13, 14, 11).Text.Replace('_', ' ').Replace("opening hours", "opening_hours", StringComparison.Ordinal);

        var first = await app.ImportAsync("kind=facilities&source=osm&bad_rows=skip", WestStreetsApp.Osm, file);
        var second = await app.ImportAsync("kind=facilities&source=osm&bad_rows=skip", WestStreetsApp.Osm, file);

        Assert.Equal((Counts.Done(created: 2, bad: 1), Counts.Done(unchanged: 2, bad: 1)), (Counts.Of(first), Counts.Of(second)));
        Assert.Equal("facilities.point_outside_district node/4", (await app.ErrorsAsync(first)).Select(error => $"{error.GetProperty("code").GetString()} {error.GetProperty("external_id").GetString()}").Single());
        var items = (await app.GetAsync("/facilities/v1/facilities")).GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("external_id").GetString()!);
        var pharmacy = items["node/1"];
        Assert.Equal(("pharmacy", "Green", "step_free", "Chain", "Hongqi 7"), (Text("category"), Text("name_zh"), Text("accessibility"), Text("operator_name"), Text("address")));
        Assert.Equal("08:00", pharmacy.GetProperty("opening_hours").GetProperty("weekly")[0].GetProperty("from").GetString());
        var park = items["way/1"];
        Assert.Equal("community_park", park.GetProperty("category").GetString());
        Assert.InRange(park.GetProperty("area_m2").GetDouble(), 9_900, 10_100); // 90.1 m by 111.2 m
        Assert.False(park.TryGetProperty("opening_hours", out _));

        string? Text(string member) => pharmacy.GetProperty(member).GetString();
    }

    [Fact]
    public async Task A_damaged_file_gives_no_facilities()
    {
        var import = await app.ImportAsync("kind=facilities&source=cut", WestStreetsApp.Osm, "<osm><node id='1' lon='114.15' lat='35.88'><tag k='amenity' v='clinic'/></node><node id=");

        Assert.Equal(Counts.Refused(bad: 1), Counts.Of(import));
        Assert.Equal("facilities.import_unreadable", import.GetProperty("problem").GetProperty("code").GetString());
        Assert.Equal(0L, await app.Database.CountAsync("facility WHERE source = 'cut'"));
    }
}

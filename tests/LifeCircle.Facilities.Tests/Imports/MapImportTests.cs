using System.Globalization;
using System.Net;
using System.Text.Json;
using LifeCircle.Contracts.Facilities;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Imports;

/// <summary>Divisions, life circles and buildings; each test begins on the map as it was first drawn.</summary>
public sealed class MapImportTests(DistrictApp app) : IClassFixture<DistrictApp>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await app.Database.ExecuteAsync("TRUNCATE building, facility, facility_standing, change, outbox_message, life_circle, division CASCADE");
        await app.MustImportAsync("kind=divisions&source=map", FacilitiesApp.GeoJson, SmallDistrict.Divisions);
        await app.MustImportAsync("kind=life_circles&source=map", FacilitiesApp.GeoJson, SmallDistrict.Circles);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Divisions_stand_with_level_parent_and_boundary_and_in_the_change_feed()
    {
        Assert.Equal("410603 district -, 410603001 street 410603, 410603001001 community 410603001, 410603001002 community 410603001, "
            + "410603002 street 410603, 410603002001 community 410603002", await app.Database.QueryAsync<string>(
            "SELECT string_agg(code || ' ' || level || ' ' || coalesce(parent_code, '-'), ', ' ORDER BY code) FROM division"));
        Assert.True(await app.Database.QueryAsync<bool>("SELECT bool_and(ST_IsValid(boundary) AND ST_Area(boundary) > 0) FROM division"));
        Assert.Equal(6L, await app.Database.CountAsync("change WHERE kind = 'division' AND division_code = data ->> 'code' AND data -> 'boundary' ->> 'type' = 'MultiPolygon'"));

        var again = await app.MustImportAsync("kind=divisions&source=map", FacilitiesApp.GeoJson, SmallDistrict.Divisions);

        Assert.Equal(Counts.Done(unchanged: 6), Counts.Of(again));
        Assert.Equal(6L, await app.Database.CountAsync("division WHERE version = 1"));
    }

    [Fact]
    public async Task Divisions_come_as_NDJSON_too()
    {
        var line = $$"""{"code":"410603002002","name_zh":"新社区","level":"community","valid_from":"2000-01-01","boundary":{{Box(114.18, 35.84, 114.20, 35.86)}}}""";

        Assert.Equal(Counts.Done(created: 1), Counts.Of(await app.MustImportAsync("kind=divisions", FacilitiesApp.Ndjson, line)));
    }

    [Fact]
    public async Task A_redrawn_boundary_of_the_same_period_takes_facilities_and_buildings_along()
    {
        await app.MustImportAsync("kind=facilities&source=s", FacilitiesApp.Ndjson, $"{Facility("south")}\n{Facility("north", (114.15, 35.92))}");
        await app.MustImportAsync("kind=buildings&source=s", FacilitiesApp.Ndjson, $"{Building("south")}\n{Building("north", (114.15, 35.92))}");
        await QuietAsync();
        await using var changed = await app.Broker.ListenAsync<FacilityChanged>();

        // The border between the two moves south, over what lies at 35.88.
        var import = await app.MustImportAsync("kind=divisions", FacilitiesApp.GeoJson, Collection(
            Division(SouthWest, "春晖社区", Box(114.10, 35.84, 114.18, 35.87)), Division(NorthWest, "明泉社区", Box(114.10, 35.87, 114.18, 35.96))));

        Assert.Equal(Counts.Done(changed: 2), Counts.Of(import));
        Assert.Equal("""{"buildings_moved": 1, "facilities_moved": 1, "facilities_outside": 0}""",
            await app.Database.QueryAsync<string>($"SELECT result::text FROM import WHERE id = '{import.GetProperty("id").GetString()}'"));
        Assert.Equal($"north {NorthWest} 1, south {NorthWest} 2", await PlacesAsync("facility"));
        Assert.Equal($"north {NorthWest} 1, south {NorthWest} 2", await PlacesAsync("building"));
        var fact = await changed.NextAsync();
        Assert.Equal((2L, NorthWest, true), (fact.Version, fact.DivisionCode, fact.IsOpen));
        Assert.Equal($"deleted {SouthWest}, updated {NorthWest}", await app.Database.QueryAsync<string>(
            "SELECT string_agg(state || ' ' || division_code, ', ' ORDER BY id) FROM change WHERE kind = 'facility' AND version = 2"));
        // At once, also for requests.
        var moved = await RegisterAsync(InTheWest);
        Assert.Equal(NorthWest, moved.GetProperty("division_code").GetString());
    }

    [Fact]
    public async Task A_period_can_be_ended_and_the_next_begun_in_one_file_in_either_order()
    {
        var import = await app.MustImportAsync("kind=divisions", FacilitiesApp.GeoJson, Collection(
            Division(East, "康宁新社区", Box(114.18, 35.84, 114.26, 35.96), "2026-01-01"),
            Division(East, "康宁社区", Box(114.18, 35.84, 114.26, 35.96), validUntil: "2026-01-01")));

        Assert.Equal(Counts.Done(created: 1, changed: 1), Counts.Of(import));
        Assert.Equal("康宁新社区", (await app.GetAsync($"/facilities/v1/divisions/{East}")).GetProperty("name_zh").GetString());
        Assert.Equal("康宁社区", (await app.GetAsync($"/facilities/v1/divisions/{East}?on=2025-12-31")).GetProperty("name_zh").GetString());
    }

    [Fact]
    public async Task Overlapping_periods_are_refused_and_the_other_period_named()
    {
        var import = await app.ImportAsync("kind=divisions&bad_rows=skip", FacilitiesApp.GeoJson, Collection(
            Division(East, "康宁新社区", Box(114.18, 35.84, 114.26, 35.96), "2026-01-01"),
            Division("410603002002", "甲", Box(114.18, 35.84, 114.20, 35.86), "2020-01-01", "2025-01-01"),
            Division("410603002002", "乙", Box(114.18, 35.84, 114.20, 35.86), "2024-01-01", "2027-01-01"),
            Division("410603002002", "丙", Box(114.18, 35.84, 114.20, 35.86), "2026-01-01")));

        Assert.Equal(Counts.Done(created: 2, bad: 2), Counts.Of(import));
        var errors = await app.ErrorsAsync(import);
        Assert.Equal([(2, "valid_from", "facilities.division_periods_overlap"), (4, "valid_from", "facilities.division_periods_overlap")], errors.Select(Counts.Key));
        Assert.Contains("2000-01-01", errors[0].GetProperty("text_en").GetString());
        Assert.Contains("2020-01-01 – 2025-01-01", errors[1].GetProperty("text_en").GetString());
        Assert.Equal("甲 丙", await app.Database.QueryAsync<string>("SELECT string_agg(name_zh, ' ' ORDER BY valid_from) FROM division WHERE code = '410603002002'"));
    }

    [Fact]
    public async Task The_database_refuses_overlapping_periods_itself()
    {
        var fault = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => app.Database.ExecuteAsync($"""
            INSERT INTO division (id, code, level, parent_code, name_zh, valid_from, boundary, version)
            SELECT gen_random_uuid(), code, level, parent_code, name_zh, '2020-01-01', boundary, 1 FROM division WHERE code = '{East}'
            """));
        Assert.Equal("ex_division_period", fault.ConstraintName);
    }

    [Fact]
    public async Task A_division_needs_the_one_above_in_its_period_in_the_file_or_in_the_register()
    {
        var import = await app.ImportAsync("kind=divisions&bad_rows=skip", FacilitiesApp.GeoJson, Collection(
            Division("410603009001", "孤儿", Box(114.18, 35.84, 114.20, 35.86)),
            Division("410603008001", "随父", Box(114.18, 35.84, 114.20, 35.86)),
            Division("410603008", "坏父", Box(114.18, 35.84, 114.20, 35.86), "2030-01-01", "2029-01-01"),
            Division("410603007001", "子", Box(114.18, 35.84, 114.20, 35.86)),
            Division("410603007", "父", Box(114.18, 35.84, 114.20, 35.86)),
            Division("410603002003", "过早", Box(114.18, 35.84, 114.20, 35.86), "1990-01-01", "1999-01-01")));

        Assert.Equal(Counts.Done(created: 2, bad: 4), Counts.Of(import));
        Assert.Equal(
            [
                (2, "code", "facilities.division_parent_unknown"), (3, "code", "facilities.division_parent_unknown"),
                (4, "valid_until", "facilities.value_invalid"), (7, "code", "facilities.division_parent_unknown"),
            ],
            (await app.ErrorsAsync(import)).Select(Counts.Key));
    }

    public static TheoryData<string, string, string> BadGeometries => new()
    {
        { """{"type":"Polygon","coordinates":[[[114.1,35.8],[114.2,35.9],[114.2,35.8],[114.1,35.9],[114.1,35.8]]]}""", "crosses itself at 114.15, 35.85", "自相交" },
        { """{"type":"Polygon","coordinates":[[[114.1,35.8],[114.2,35.8],[114.2,35.9],[114.1,35.9]]]}""", "not closed", "未闭合" },
        { """{"type":"Polygon","coordinates":[[[114.1,35.8],[114.2,35.8],[114.1,35.8]]]}""", "four positions", "四个位置" },
        { """{"type":"Polygon","coordinates":[[[114.1,35.8],[114.2,35.8],[114.1,35.8],[114.1,35.8]]]}""", "at 114.", "" },
        { """{"type":"Polygon","coordinates":[[[35.8,114.1],[35.8,114.2],[35.9,114.2],[35.8,114.1]]]}""", "Swapped axes?", "颠倒" },
        { """{"type":"Polygon","coordinates":[[[400000,4000000],[400001,4000000],[400001,4000001],[400000,4000000]]]}""", "degrees are expected", "单位应为度" },
        { """{"type":"Polygon","coordinates":[]}""", "no ring", "没有环" },
        { """{"type":"Polygon","coordinates":[[["a","b"]]]}""", "[longitude, latitude]", "[经度, 纬度]" },
        { """{"type":"MultiPolygon","coordinates":[[[114.1,35.8],[114.2,35.8],[114.2,35.9],[114.1,35.8]]]}""", "", "" },
        { """{"type":"Point","coordinates":[114.1,35.8]}""", "Polygon or MultiPolygon", "Polygon 或 MultiPolygon" },
        { "null", "required", "必填" },
    };

    [Theory]
    [MemberData(nameof(BadGeometries))]
    public async Task Says_where_a_boundary_is_wrong(string geometry, string english, string chinese)
    {
        var import = await app.ImportAsync("kind=divisions", FacilitiesApp.GeoJson, Collection(Division("410603002009", "坏", geometry)));

        var error = Assert.Single(await app.ErrorsAsync(import));
        Assert.Equal((2, "geometry"), (Counts.Key(error).Line, Counts.Key(error).Field));
        Assert.Contains(english, error.GetProperty("text_en").GetString());
        Assert.Contains(chinese, error.GetProperty("text_zh").GetString());
    }

    [Fact]
    public async Task Circles_tell_of_themselves_when_they_are_drawn_or_moved_but_not_when_renamed()
    {
        await QuietAsync();
        await app.Database.ExecuteAsync("DELETE FROM outbox_message"); // nobody has heard of the first drawing yet
        await using var redrawn = await app.Broker.ListenAsync<LifeCircleRedrawn>();

        var import = await app.MustImportAsync("kind=life_circles", FacilitiesApp.GeoJson, Collection(
            Circle(WestCircle, WestStreet, (114.15, 35.90), Box(114.12, 35.86, 114.18, 35.94), "新名"),
            Circle(EastCircle, EastStreet, (114.22, 35.90), Box(114.18, 35.86, 114.24, 35.94)),
            Circle("SC-03", WestStreet, (114.11, 35.90), Box(114.10, 35.86, 114.12, 35.94))));

        Assert.Equal(Counts.Done(created: 1, changed: 2), Counts.Of(import));
        LifeCircleRedrawn[] facts = [await redrawn.NextAsync(), await redrawn.NextAsync()];
        Assert.Equal(["SC-02 2", "SC-03 1"], facts.Select(fact => $"{fact.Code} {fact.Version}").Order());
        Assert.Equal("SC-01 2, SC-02 2, SC-03 1", await app.Database.QueryAsync<string>("SELECT string_agg(code || ' ' || version, ', ' ORDER BY code) FROM life_circle"));
        Assert.Equal(5L, await app.Database.CountAsync("change WHERE kind = 'life_circle'"));
        await QuietAsync();
        Assert.False(redrawn.HasMore);
    }

    [Fact]
    public async Task A_circle_that_another_division_leads_is_gone_from_the_feed_of_the_one_before()
    {
        await app.MustImportAsync("kind=life_circles", FacilitiesApp.GeoJson, Collection(
            Circle(WestCircle, SouthWest, (114.15, 35.90), Box(114.12, 35.86, 114.18, 35.94)),
            Circle(EastCircle, EastStreet, (114.21, 35.90), Box(114.18, 35.86, 114.24, 35.94), "新名")));

        Assert.Equal($"deleted {WestStreet}, updated {SouthWest}, updated {EastStreet}", await app.Database.QueryAsync<string>(
            "SELECT string_agg(state || ' ' || division_code, ', ' ORDER BY id) FROM change WHERE kind = 'life_circle' AND version = 2"));
    }

    [Fact]
    public async Task The_day_on_which_other_divisions_are_valid_takes_facilities_and_buildings_along()
    {
        const string next = "410603001003";
        await app.MustImportAsync("kind=facilities&source=s", FacilitiesApp.Ndjson, $"{Facility("south")}\n{Facility("east", InTheEast)}");
        await app.MustImportAsync("kind=buildings&source=s", FacilitiesApp.Ndjson, Building("south"));
        await QuietAsync();
        await using var changed = await app.Broker.ListenAsync<FacilityChanged>();
        var tomorrow = app.Clock.Now.AddHours(8).AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await app.MustImportAsync("kind=divisions", FacilitiesApp.GeoJson, Collection(
            Division(SouthWest, "春晖社区", Box(114.10, 35.84, 114.18, 35.90), validUntil: tomorrow),
            Division(next, "新晖社区", Box(114.10, 35.84, 114.18, 35.90), tomorrow)));
        Assert.Equal($"east {East} 1, south {SouthWest} 1", await PlacesAsync("facility"));

        app.Clock.Advance(TimeSpan.FromDays(1));

        await Eventually.IsAsync($"east {East} 1, south {next} 2", () => PlacesAsync("facility"));
        Assert.Equal($"south {next} 2", await PlacesAsync("building"));
        Assert.Equal($"deleted {SouthWest}, updated {next}", await app.Database.QueryAsync<string>(
            "SELECT string_agg(state || ' ' || division_code, ', ' ORDER BY id) FROM change WHERE kind = 'facility' AND version = 2"));
        var fact = await changed.NextAsync();
        Assert.Equal((2L, next, app.Clock.Now), (fact.Version, fact.DivisionCode, fact.At));
    }

    [Fact]
    public async Task What_another_replica_placed_on_the_map_before_is_placed_anew_once_all_know_the_new_one()
    {
        await app.MustImportAsync("kind=facilities&source=s", FacilitiesApp.Ndjson, Facility("late"));
        await app.Database.ExecuteAsync($"UPDATE facility SET division_code = '{NorthWest}'");

        app.Clock.Advance(TimeSpan.FromSeconds(31));

        await Eventually.IsAsync($"late {SouthWest} 2", () => PlacesAsync("facility"));
    }

    [Fact]
    public async Task Redrawn_circles_take_along_what_was_not_given_to_one_and_only_that()
    {
        await app.MustImportAsync("kind=facilities&source=s", FacilitiesApp.Ndjson,
            $"{Facility("found", (114.13, 35.88))}\n{Facility("given", (114.13, 35.88), ("life_circle_code", WestCircle))}\n{Facility("stays")}\n{Facility("comes", (114.11, 35.88))}");
        await app.MustImportAsync("kind=buildings&source=s", FacilitiesApp.Ndjson, $"{Building("found", (114.13, 35.88))}\n{Building("stays")}");
        var figuresBefore = await OpenInAsync(WestCircle);
        Assert.Equal(3, figuresBefore);

        // The western circle ends at 114.14 instead of 114.12; a new one takes what lies west of that.
        await app.MustImportAsync("kind=life_circles", FacilitiesApp.GeoJson, Collection(
            Circle(WestCircle, WestStreet, (114.15, 35.90), Box(114.14, 35.86, 114.18, 35.94)),
            Circle("SC-03", WestStreet, (114.12, 35.90), Box(114.10, 35.86, 114.14, 35.94))));

        Assert.Equal("comes SC-03 2, found SC-03 2, given SC-01 1, stays SC-01 1", await CirclesAsync("facility"));
        Assert.Equal("found SC-03 2, stays SC-01 1", await CirclesAsync("building"));
        Assert.Equal(2L, await app.Database.CountAsync("change WHERE kind = 'facility' AND version = 2"));
        await Eventually.IsAsync(2, () => OpenInAsync(WestCircle));
        await Eventually.IsAsync(2, () => OpenInAsync("SC-03"));
    }

    [Theory]
    [InlineData(",\"population\":6200", "population_year")]
    [InlineData(",\"population\":6200,\"population_year\":2026", "population_source")]
    [InlineData(",\"theme\":\"x\"", "theme")]
    public async Task A_circles_population_comes_with_year_and_source(string members, string field)
    {
        var circle = Circle("SC-09", WestStreet, (114.15, 35.90), Box(114.12, 35.86, 114.18, 35.94)).Replace(",\"centre_lat\":35.9", $",\"centre_lat\":35.9{members}", StringComparison.Ordinal);

        var import = await app.ImportAsync("kind=life_circles", FacilitiesApp.GeoJson, Collection(circle));

        Assert.Equal(field, Counts.Key(Assert.Single(await app.ErrorsAsync(import))).Field);
    }

    [Theory]
    [InlineData(114.15, 35.80, WestStreet, "centre_lon", "facilities.point_outside_district")]
    [InlineData(114.11, 35.90, WestStreet, "centre_lon", "facilities.value_invalid")]
    [InlineData(35.90, 114.15, WestStreet, "centre_lon", "facilities.point_outside_district")]
    [InlineData(114.15, 35.90, District, "division_code", "facilities.value_invalid")]
    [InlineData(114.15, 35.90, "410603099", "division_code", "facilities.division_unknown")]
    public async Task A_circle_needs_a_centre_inside_and_a_street_or_community_that_leads_it(double lon, double lat, string division, string field, string code)
    {
        var import = await app.ImportAsync(
            "kind=life_circles", FacilitiesApp.GeoJson, Collection(Circle("SC-09", division, (lon, lat), Box(114.12, 35.86, 114.18, 35.94))));

        Assert.Equal((2, field, code), Counts.Key(Assert.Single(await app.ErrorsAsync(import))));
    }

    [Fact]
    public async Task Buildings_are_taken_changed_and_left_alone_by_their_external_ids()
    {
        await using var changed = await app.Broker.ListenAsync<FacilityChanged>();
        var first = await app.MustImportAsync("kind=buildings&source=b", FacilitiesApp.Csv, string.Create(CultureInfo.InvariantCulture,
            $"external_id;lon;lat;population;dwellings;residential_area_m2;division_code\n1;114.15;35.88;30;12;540.5;{SouthWest}\n2;114.21;35.9;5;;;\n"));
        var again = await app.MustImportAsync("kind=buildings&source=b", FacilitiesApp.Ndjson,
            $$"""{"external_id":"1","lon":114.15,"lat":35.88,"population":30,"dwellings":12,"residential_area_m2":540.50}{{"\n"}}{"external_id":"2","lon":114.21,"lat":35.9,"population":6}""");
        var bad = await app.ImportAsync("kind=buildings&source=b", FacilitiesApp.Csv,
            $"external_id,lon,lat,population,division_code\n3,114.15,35.88,-1,\n4,114.15,35.88,1,{EastStreet}\n5,114.15,35.88,,\n");

        Assert.Equal(Counts.Done(created: 2), Counts.Of(first));
        Assert.Equal(Counts.Done(changed: 1, unchanged: 1), Counts.Of(again));
        Assert.Equal(
            [(2, "population", "facilities.value_invalid"), (3, "division_code", "facilities.division_mismatch"), (4, "population", "facilities.import_member_missing")],
            (await app.ErrorsAsync(bad)).Select(Counts.Key));
        Assert.Equal($"1 {SouthWest} 30 12 540.50 1, 2 {East} 6 - - 2", await app.Database.QueryAsync<string>(
            "SELECT string_agg(concat_ws(' ', external_id, division_code, population, coalesce(dwellings::text, '-'), coalesce(residential_area_m2::text, '-'), version), ', ' ORDER BY external_id) FROM building"));
        Assert.Equal(0L, await app.Database.CountAsync("change WHERE kind = 'building'"));
        Assert.False(changed.HasMore);
    }

    [Theory]
    [InlineData("divisions", FacilitiesApp.Csv)]
    [InlineData("life_circles", FacilitiesApp.Csv)]
    [InlineData("facilities", "application/json")]
    [InlineData("facilities", "text/csv; charset=gbk")]
    [InlineData("facilities", "")]
    public async Task Another_format_is_refused_and_the_right_ones_are_named(string kind, string mediaType)
    {
        using var client = app.Client("facilities.import");
        using var content = new ByteArrayContent("x"u8.ToArray());
        if (mediaType.Length > 0) content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        using var response = await client.PostAsync(new Uri($"/facilities/v1/imports?kind={kind}", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Contains("application/geo+json", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private async Task<int> OpenInAsync(string circle)
    {
        var circles = (await app.GetAsync("/facilities/v1/life-circles")).GetProperty("items").EnumerateArray();
        return circles.Single(item => item.GetProperty("code").GetString() == circle).GetProperty("open_facilities")
            .TryGetProperty("pharmacy", out var count) ? count.GetInt32() : 0;
    }

    private async Task<JsonElement> RegisterAsync((double Lon, double Lat) at)
    {
        using var client = app.Client("facilities.write");
        using var response = await client.PostAsync(new Uri("/facilities/v1/facilities", UriKind.Relative), new StringContent(
            string.Create(CultureInfo.InvariantCulture, $$"""{"category":"clinic","name_zh":"卫生站","position":{"lon":{{at.Lon}},"lat":{{at.Lat}} } }"""),
            System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return await FacilitiesApp.JsonOf(response);
    }

    private Task<string> PlacesAsync(string table) =>
        app.Database.QueryAsync<string>($"SELECT string_agg(external_id || ' ' || division_code || ' ' || version, ', ' ORDER BY external_id) FROM {table}");

    private Task<string> CirclesAsync(string table) => app.Database.QueryAsync<string>(
        $"SELECT string_agg(t.external_id || ' ' || c.code || ' ' || t.version, ', ' ORDER BY t.external_id) FROM {table} t JOIN life_circle c ON c.id = t.life_circle_id");

    private Task QuietAsync() => Eventually.IsAsync(0L, () => app.Database.CountAsync("outbox_message WHERE status = 0"));
}

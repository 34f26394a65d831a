using System.Text.Json;
using LifeCircle.Contracts.Facilities;
using LifeCircle.Facilities.Places;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Imports.Kinds;

public sealed class FacilityImportTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    [Fact]
    public async Task Takes_every_member_of_an_NDJSON_row_over_and_tells_of_the_facility()
    {
        await using var opened = await app.Broker.ListenAsync<FacilityOpened>();
        var line = Facility("N-1", InTheWest,
            ("name_en", "Chunhui Pharmacy"), ("crs", "wgs84"), ("address", "河南省鹤壁市山城区红旗街1号"), ("state", "open"),
            ("opening_hours", JsonDocument.Parse("""{"weekly":[{"days":["mo","tu"],"from":"08:00","to":"20:00"}]}""").RootElement),
            ("capacity", 12), ("area_m2", 85.5), ("accessibility", "step_free"), ("condition", "good"), ("operator_name", "春晖医药"),
            ("operator_id", "0197f0a0-0000-7000-8000-000000000001"), ("assured_at", "2026-03-01T09:00:00+08:00"), ("assured_by", "红旗街便民服务中心"),
            ("division_code", SouthWest), ("life_circle_code", WestCircle));

        var import = await app.MustImportAsync("kind=facilities&source=all-members", FacilitiesApp.Ndjson, line);

        Assert.Equal(Counts.Done(created: 1), Counts.Of(import));
        var facility = await OnlyAsync("all-members");
        Assert.Equal(
            ("N-1", "pharmacy", "药店N-1", "Chunhui Pharmacy", "open", 12, 85.5m, "step_free", "good", "春晖医药", SouthWest, "红旗街便民服务中心"),
            (Text("external_id"), Text("category"), Text("name_zh"), Text("name_en"), Text("state"), facility.GetProperty("capacity").GetInt32(),
                facility.GetProperty("area_m2").GetDecimal(), Text("accessibility"), Text("condition"), Text("operator_name"), Text("division_code"), Text("assured_by")));
        Assert.Equal("2026-03-01T01:00:00+00:00", Text("assured_at"));
        Assert.Equal("20:00", facility.GetProperty("opening_hours").GetProperty("weekly")[0].GetProperty("to").GetString());
        Assert.True(await app.Database.QueryAsync<bool>("SELECT life_circle_given FROM facility WHERE source = 'all-members'"));
        var fact = await opened.NextAsync();
        Assert.Equal((facility.GetProperty("id").GetGuid(), 1L, "pharmacy", SouthWest), (fact.FacilityId, fact.Version, fact.Category, fact.DivisionCode));
        Assert.Equal(1L, await app.Database.CountAsync($"change WHERE kind = 'facility' AND entity_id = '{fact.FacilityId}' AND version = 1"));

        string? Text(string member) => facility.GetProperty(member).GetString();
    }

    [Fact]
    public async Task Takes_CSV_with_byte_order_mark_carriage_returns_quotes_and_line_breaks_in_cells()
    {
        var csv = "\uFEFFexternal_id,category,name_zh,lon,lat,address,opening_hours,capacity\r\n"
            + "C-1,pharmacy,\"大药房 \"\"春晖\"\"\",114.15,35.88,\"红旗街1号\r\n二楼\",\"Mo-Fr 08:00-12:00,14:00-18:00\",\r\n"
            + "\r\n"
            + "C-2,clinic,卫生站,114.21,35.9,,\"{\"\"always_open\"\":true}\",3\r\n";

        // A line break is a control character, which addresses do not have.
        var import = await app.ImportAsync("kind=facilities&source=csv&bad_rows=skip", FacilitiesApp.Csv, csv);

        Assert.Equal(Counts.Done(created: 1, bad: 1), Counts.Of(import));
        Assert.Equal((2, "address", "facilities.value_invalid"), Counts.Key(Assert.Single(await app.ErrorsAsync(import))));
        var again = await app.ImportAsync("kind=facilities&source=csv", FacilitiesApp.Csv, csv.Replace("\r\n二楼", "二楼", StringComparison.Ordinal));
        Assert.Equal(Counts.Done(created: 1, unchanged: 1), Counts.Of(again));
        Assert.Equal("大药房 \"春晖\"", await app.Database.QueryAsync<string>("SELECT name_zh FROM facility WHERE source = 'csv' AND external_id = 'C-1'"));
        Assert.Equal("08:00", await app.Database.QueryAsync<string>(
            "SELECT opening_hours #>> '{weekly,0,from}' FROM facility WHERE source = 'csv' AND external_id = 'C-1'"));
        Assert.Equal("true", await app.Database.QueryAsync<string>(
            "SELECT opening_hours ->> 'always_open' FROM facility WHERE source = 'csv' AND external_id = 'C-2'"));
    }

    [Theory]
    [InlineData(";", "")]
    [InlineData("\t", "")]
    [InlineData(";", "&delimiter=semicolon")]
    [InlineData("\t", "&delimiter=tab")]
    public async Task Finds_the_delimiter_out_or_is_told_it(string delimiter, string parameter)
    {
        var source = $"delimiter{(int)delimiter[0]}{parameter.Length}";
        var csv = "external_id,category,name_zh,lon,lat\nD-1,pharmacy,药店,114.15,35.88\n".Replace(",", delimiter, StringComparison.Ordinal);

        var import = await app.MustImportAsync($"kind=facilities&source={source}{parameter}", "text/csv; charset=utf-8", csv);

        Assert.Equal(Counts.Done(created: 1), Counts.Of(import));
    }

    [Fact]
    public async Task A_declared_delimiter_is_not_doubted()
    {
        var import = await app.ImportAsync(
            "kind=facilities&source=declared&delimiter=comma", FacilitiesApp.Csv, "external_id;category;name_zh;lon;lat\nD-1;pharmacy;药店;114.15;35.88\n");

        Assert.Equal("refused", Counts.Of(import).State);
    }

    [Fact]
    public async Task Takes_GeoJSON_points_in_any_layout()
    {
        var point = """{"type":"Point","coordinates":[114.15,35.88,120.5]}""";
        var geoJson = """{"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"name":"facilities","features":["""
            + Feature("\"external_id\":\"G-1\",\"category\":\"pharmacy\",\"name_zh\":\"药店\"", point) + ","
            + Feature("\"external_id\":\"G-2\",\"category\":\"pharmacy\",\"name_zh\":\"药店\",\"capacity\":null", point)
            + """],"type":"FeatureCollection"}""";

        var import = await app.MustImportAsync("kind=facilities&source=geojson", FacilitiesApp.GeoJson, "\uFEFF" + geoJson);

        Assert.Equal(Counts.Done(created: 2), Counts.Of(import));
        Assert.Equal(2L, await app.Database.CountAsync("facility WHERE source = 'geojson' AND ST_X(position) = 114.15 AND ST_Y(position) = 35.88"));
    }

    [Fact]
    public async Task Keeps_the_original_of_a_GCJ_02_point_beside_its_WGS_84()
    {
        var (lon, lat) = Position.Of(114.15, 35.88).In(Crs.Gcj02);

        await app.MustImportAsync("kind=facilities&source=gcj", FacilitiesApp.Ndjson, Facility("X", (lon, lat), ("crs", "gcj02")));

        Assert.Equal(1L, await app.Database.CountAsync(
            "facility WHERE source = 'gcj' AND crs = 'gcj02' AND original_lon > 114.155 AND abs(ST_X(position) - 114.15) < 1e-7 AND abs(ST_Y(position) - 35.88) < 1e-7"));
    }

    [Fact]
    public async Task Changes_what_is_known_and_leaves_alone_what_is_as_it_was()
    {
        await app.MustImportAsync("kind=facilities&source=again", FacilitiesApp.Ndjson,
            $"{Facility("A")}\n{Facility("B", more: ("area_m2", 12.5))}\n{Facility("C", more: ("opening_hours", new { always_open = true }))}");
        await DrainedAsync();
        await using var changed = await app.Broker.ListenAsync<FacilityChanged>();
        var changes = await app.Database.CountAsync("change");

        var import = await app.MustImportAsync("kind=facilities&source=again", FacilitiesApp.Ndjson,
            $"{Facility("A", more: ("name_zh", "新名"))}\n{Facility("B", more: ("area_m2", 12.50m))}\n{Facility("C", more: ("opening_hours", new { always_open = true }))}\n{Facility("D")}");

        Assert.Equal(Counts.Done(created: 1, changed: 1, unchanged: 2), Counts.Of(import));
        Assert.Equal("A2 B1 C1 D1", await app.Database.QueryAsync<string>(
            "SELECT string_agg(external_id || version, ' ' ORDER BY external_id) FROM facility WHERE source = 'again'"));
        var fact = await changed.NextAsync();
        Assert.Equal((2L, true), (fact.Version, fact.IsOpen));
        Assert.Equal(changes + 2, await app.Database.CountAsync("change"));
        await DrainedAsync();
        Assert.False(changed.HasMore);
    }

    [Fact]
    public async Task What_a_file_does_not_report_of_accessibility_and_condition_stays_as_it_was_assured()
    {
        var header = "external_id,category,name_zh,lon,lat";
        var row = "1,pharmacy,药店1,114.15,35.88";
        await app.MustImportAsync("kind=facilities&source=assured", FacilitiesApp.Csv, $"{header}\n{row}\n");
        Assert.Equal("unknown unknown 1", await StoredAsync());
        await app.MustImportAsync("kind=facilities&source=assured", FacilitiesApp.Ndjson, Facility("1", null, ("accessibility", "step_free"), ("condition", "good")));

        foreach (var (mediaType, content) in ((string, string)[])
        [
            (FacilitiesApp.Csv, $"{header}\n{row}\n"), (FacilitiesApp.Csv, $"{header},accessibility,condition\n{row},,\n"), (FacilitiesApp.Ndjson, Facility("1")),
        ])
        {
            Assert.Equal(Counts.Done(unchanged: 1), Counts.Of(await app.MustImportAsync("kind=facilities&source=assured", mediaType, content)));
            Assert.Equal("step_free good 2", await StoredAsync());
        }

        await app.MustImportAsync("kind=facilities&source=assured", FacilitiesApp.Csv, $"{header},condition\n{row},unknown\n");
        Assert.Equal("step_free unknown 3", await StoredAsync());

        Task<string> StoredAsync() =>
            app.Database.QueryAsync<string>("SELECT concat_ws(' ', accessibility, condition, version) FROM facility WHERE source = 'assured'");
    }

    [Fact]
    public async Task The_same_external_id_of_another_source_is_another_facility()
    {
        await app.MustImportAsync("kind=facilities&source=one", FacilitiesApp.Ndjson, Facility("same"));
        var import = await app.MustImportAsync("kind=facilities&source=other", FacilitiesApp.Ndjson, Facility("same"));

        Assert.Equal(Counts.Done(created: 1), Counts.Of(import));
    }

    [Fact]
    public async Task Without_a_source_the_client_is_the_source()
    {
        var token = new TestToken { ClientId = "street-system", Scopes = ["facilities.import"] };
        await app.MustImportAsync("kind=facilities", FacilitiesApp.Ndjson, Facility("own"), token);

        Assert.Equal(1L, await app.Database.CountAsync("facility WHERE source = 'street-system' AND external_id = 'own'"));
    }

    public static TheoryData<string, string, string> BadValues => new()
    {
        { """{"lon":35.88,"lat":114.15}""", "lon", "facilities.point_outside_district" },
        { """{"lon":114.3,"lat":35.9}""", "lon", "facilities.point_outside_district" },
        { """{"lon":200,"lat":35.9}""", "lon", "facilities.position_invalid" },
        { """{"lon":"114.15"}""", "lon", "facilities.value_invalid" },
        { """{"lon":null}""", "lon", "facilities.import_member_missing" },
        { """{"crs":"utm"}""", "crs", "facilities.value_invalid" },
        { """{"category":"casino"}""", "category", "facilities.category_unknown" },
        { """{"category":null}""", "category", "facilities.import_member_missing" },
        { """{"name_zh":"  "}""", "name_zh", "facilities.import_member_missing" },
        { """{"name_zh":"a\u0000b"}""", "name_zh", "facilities.value_invalid" },
        { """{"name_zh":"\ud800"}""", "name_zh", "facilities.value_invalid" },
        { """{"external_id":7}""", "external_id", "facilities.value_invalid" },
        { """{"colour":"red"}""", "colour", "facilities.import_member_unknown" },
        { """{"\ud800":"red"}""", "", "facilities.import_row_unreadable" },
        { """{"capacity":-1}""", "capacity", "facilities.value_invalid" },
        { """{"capacity":1.5}""", "capacity", "facilities.value_invalid" },
        { """{"capacity":99999999999}""", "capacity", "facilities.value_invalid" },
        { """{"area_m2":0}""", "area_m2", "facilities.value_invalid" },
        { """{"area_m2":1e400}""", "area_m2", "facilities.value_invalid" },
        { """{"state":"gone"}""", "state", "facilities.value_invalid" },
        { """{"accessibility":"lift"}""", "accessibility", "facilities.value_invalid" },
        { """{"operator_id":"7"}""", "operator_id", "facilities.value_invalid" },
        { """{"assured_at":"2026-03-01T09:00:00"}""", "assured_at", "facilities.value_invalid" },
        { """{"assured_at":"2026-03-01T09:00:00+08:00"}""", "assured_by", "facilities.value_invalid" },
        { """{"assured_by":"街道"}""", "assured_at", "facilities.value_invalid" },
        { """{"opening_hours":{"weekly":[{"days":["mo"],"from":"25:00","to":"26:00"}]}}""", "opening_hours.weekly[0].from", "facilities.opening_hours_invalid" },
        { """{"opening_hours":{"weekly":[{"days":["xx"],"from":"08:00","to":"09:00"}]}}""", "opening_hours.weekly[0].days[0]", "facilities.opening_hours_invalid" },
        { """{"opening_hours":"Mo-Su 08:00-20:00"}""", "opening_hours", "facilities.opening_hours_invalid" },
        { """{"division_code":"410603002"}""", "division_code", "facilities.division_mismatch" },
        { """{"life_circle_code":"SC-99"}""", "life_circle_code", "facilities.life_circle_unknown" },
        { """{"suspended_reason":"维修"}""", "suspended_reason", "facilities.value_invalid" },
        { """{"state":"suspended"}""", "suspended_reason", "facilities.import_member_missing" },
        { """{"state":"suspended","suspended_reason":"维修","suspended_until":"2026-03-01T00:00:00+08:00"}""", "suspended_until", "facilities.suspension_invalid" },
        { """{"state":"suspended","suspended_reason":"维修","suspended_until":"2080-01-01T00:00:00+08:00"}""", "suspended_until", "facilities.suspension_invalid" },
        { """{"category":"pharmacy","category":"clinic"}""", "", "facilities.import_row_unreadable" },
        { """{"address":{"a":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}""", "", "facilities.import_row_unreadable" },
        { """[1]""", "", "facilities.import_row_unreadable" },
        { """{"external_id":""", "", "facilities.import_row_unreadable" },
    };

    [Theory]
    [MemberData(nameof(BadValues))]
    public async Task Names_line_field_and_code_of_a_bad_value(string members, string field, string code)
    {
        // The row with the members in place of its own; what is no object stands for itself.
        var row = members is ['{', .., '}'] ? Overlaid(members) : members;

        var import = await app.ImportAsync("kind=facilities&source=bad-values", FacilitiesApp.Ndjson, $"{Facility("good")}\n\n{row}\n");

        Assert.Equal(Counts.Refused(created: 1, bad: 1), Counts.Of(import));
        Assert.Equal((3, field.Length == 0 ? null : field, code), Counts.Key(Assert.Single(await app.ErrorsAsync(import))));
        Assert.Equal(0L, await app.Database.CountAsync("facility WHERE source = 'bad-values'"));
    }

    [Fact]
    public async Task Says_in_both_languages_what_is_wrong_and_what_may_have_gone_wrong()
    {
        var mislabelled = Position.Of(114.2578, 35.90).In(Crs.Gcj02);
        var import = await app.ImportAsync("kind=facilities&source=hints", FacilitiesApp.Ndjson,
            $"{Facility("axes", (35.88, 114.15))}\n{Facility("label", mislabelled)}");

        var errors = await app.ErrorsAsync(import);
        Assert.Equal(["axes", "label"], errors.Select(error => error.GetProperty("external_id").GetString()));
        Assert.Contains("Swapped axes?", errors[0].GetProperty("text_en").GetString());
        Assert.Contains("颠倒", errors[0].GetProperty("text_zh").GetString());
        Assert.Contains("inside as gcj02", errors[1].GetProperty("text_en").GetString());
        Assert.Equal("facilities.import_bad_rows", import.GetProperty("problem").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Reports_everything_that_is_wrong_with_a_row_at_once()
    {
        var import = await app.ImportAsync("kind=facilities&source=several", FacilitiesApp.Ndjson,
            Facility("X", null, ("capacity", "many"), ("state", "gone"), ("colour", "red"), ("name_zh", null)));

        Assert.Equal(1L, Counts.Of(import).Bad);
        Assert.Equal(["capacity", "colour", "name_zh", "state"], (await app.ErrorsAsync(import)).Select(error => Counts.Key(error).Field).Order());
    }

    [Fact]
    public async Task A_row_that_stands_twice_names_the_first_even_far_apart()
    {
        var lines = Enumerable.Range(1, 2_500).Select(number => Facility($"T-{number}")).ToList();
        lines.Insert(1_200, Facility("T-3"));
        lines.Add(Facility("T-2400"));

        var import = await app.ImportAsync("kind=facilities&source=twice", FacilitiesApp.Ndjson, string.Join('\n', lines));

        Assert.Equal(Counts.Refused(created: 2_500, bad: 2), Counts.Of(import));
        var errors = await app.ErrorsAsync(import);
        Assert.Equal([(1_201, "external_id", "facilities.import_row_twice"), (2_502, "external_id", "facilities.import_row_twice")], errors.Select(Counts.Key));
        Assert.Contains("line 3 ", errors[0].GetProperty("text_en").GetString());
        Assert.Contains("line 2401 ", errors[1].GetProperty("text_en").GetString());
    }

    private async Task<JsonElement> OnlyAsync(string source)
    {
        var id = await app.Database.QueryAsync<Guid>($"SELECT id FROM facility WHERE source = '{source}'");
        return await app.GetAsync($"/facilities/v1/facilities/{id}");
    }

    private Task DrainedAsync() => Eventually.IsAsync(0L, () => app.Database.CountAsync("outbox_message WHERE status = 0"));

    private static string Overlaid(string members)
    {
        // As text, because some of these are no JSON that a writer would write.
        var plain = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Facility("bad"))!;
        var own = plain.Where(member => !members.Contains($"\"{member.Key}\":", StringComparison.Ordinal))
            .Select(member => $"\"{member.Key}\":{member.Value.GetRawText()}");
        return $"{{{string.Join(',', own)},{members[1..]}";
    }
}

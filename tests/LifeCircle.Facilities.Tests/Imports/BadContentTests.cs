using System.Text;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Imports;

/// <summary>Files that are broken as files.</summary>
public sealed class BadContentTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    private const string Header = "external_id,category,name_zh,lon,lat";

    [Fact]
    public async Task Names_every_unknown_missing_and_doubled_column()
    {
        var import = await app.ImportAsync(
            "kind=facilities&source=columns", FacilitiesApp.Csv, "\uFEFFexternal_id,category,名称,lon,lon,lat ,colour\r\n1,pharmacy,药店,114.15,1,35.88,red\r\n");

        Assert.Equal("refused", Counts.Of(import).State);
        Assert.Equal("facilities.import_member_unknown", import.GetProperty("problem").GetProperty("code").GetString());
        Assert.Equal(
            [
                (1, "名称", "facilities.import_member_unknown"), (1, "colour", "facilities.import_member_unknown"),
                (1, "name_zh", "facilities.import_member_missing"), (1, "lon", "facilities.import_member_unknown"),
            ],
            (await app.ErrorsAsync(import)).Select(Counts.Key));
    }

    [Fact]
    public async Task Of_very_many_faults_of_one_row_some_are_named()
    {
        var names = Enumerable.Range(1, 30).Select(number => $"extra_{number}").ToArray();

        var columns = await app.ImportAsync("kind=facilities&source=extra", FacilitiesApp.Csv, $"{Header},{string.Join(',', names)}\n");
        var members = await app.ImportAsync(
            "kind=facilities&source=extra", FacilitiesApp.Ndjson, Facility("1", null, [.. names.Select(name => (name, (object?)1)), ("capacity", -1)]));

        Assert.Equal(names.Take(20), (await app.ErrorsAsync(columns)).Select(error => Counts.Key(error).Field));
        Assert.Equal(names.Take(20), (await app.ErrorsAsync(members)).Select(error => Counts.Key(error).Field));
        Assert.Equal(Counts.Refused(bad: 1), Counts.Of(members));
    }

    [Theory]
    [InlineData(FacilitiesApp.Csv, "")]
    [InlineData(FacilitiesApp.Csv, "\uFEFF")]
    [InlineData(FacilitiesApp.Csv, Header)]
    [InlineData(FacilitiesApp.Csv, Header + "\r\n\r\n")]
    [InlineData(FacilitiesApp.Ndjson, "")]
    [InlineData(FacilitiesApp.Ndjson, "\n \r\n")]
    [InlineData(FacilitiesApp.GeoJson, "")]
    [InlineData(FacilitiesApp.GeoJson, """{"type":"FeatureCollection","features":[]}""")]
    public async Task A_file_without_a_row_is_refused(string mediaType, string content)
    {
        var import = await app.ImportAsync("kind=facilities&source=empty", mediaType, content);

        Assert.Equal(Counts.Refused(), Counts.Of(import));
        Assert.Equal("facilities.import_empty", import.GetProperty("problem").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[\n{0},\n{1}", 3L)]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[\n{0},\n{\"type\":\"Feature\",\"proper", 3L)]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[\n{0}\n{1}]}", 3L)]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[\n{0}]}\n}", 3L)]
    [InlineData("{\"features\":[\n{0}]}", 2L)]
    [InlineData("{\"type\":\"FeatureCollection\"}", 1L)]
    [InlineData("{\"type\":\"Feature\",\"properties\":{},\"geometry\":null}", 1L)]
    [InlineData("[\n{0}]", 1L)]
    [InlineData("not json", 1L)]
    [InlineData("{\"type\":\"FeatureCollection\",\n\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"EPSG:2383\"}},\"features\":[{0}]}", 2L)]
    public async Task GeoJSON_that_breaks_off_or_is_something_else_is_refused_whatever_the_policy(string template, long line)
    {
        var content = template.Replace("{0}", Point("1"), StringComparison.Ordinal).Replace("{1}", Point("2"), StringComparison.Ordinal);

        var import = await app.ImportAsync("kind=facilities&source=broken&bad_rows=skip", FacilitiesApp.GeoJson, content);

        Assert.Equal("refused", Counts.Of(import).State);
        var error = (await app.ErrorsAsync(import))[^1];
        Assert.Equal((line, "facilities.import_unreadable"), (Counts.Key(error).Line, Counts.Key(error).Code));
        Assert.Equal(0L, await app.Database.CountAsync("facility WHERE source = 'broken'"));
    }

    [Fact]
    public async Task Bad_features_are_named_by_their_index_even_on_one_line()
    {
        var import = await app.ImportAsync("kind=facilities&source=features&bad_rows=skip", FacilitiesApp.GeoJson,
            $$"""{"type":"FeatureCollection","features":[{{Point("1")}},null,{"type":"Feature","geometry":null},{{Point("1")}},{{Point("2")}},{"type":"Point","coordinates":[1,2]},{{Point("3").Replace("\"Feature\"", "\"Feature\",\"colour\":1", StringComparison.Ordinal)}},{{Feature("\"external_id\":\"4\",\"category\":\"pharmacy\",\"name_zh\":\"a\"", "null")}}]}""");

        Assert.Equal(Counts.Done(created: 2, bad: 6), Counts.Of(import));
        var errors = await app.ErrorsAsync(import);
        Assert.Equal([1L, 2L, 3L, 5L, 6L, 7L], errors.Select(error => error.GetProperty("feature").GetInt64()).Distinct().Order());
        Assert.Contains("feature 0 on line 1", errors.Single(error => Counts.Key(error).Code == "facilities.import_row_twice").GetProperty("text_en").GetString());
    }

    [Theory]
    [InlineData(FacilitiesApp.Csv, Header + "\n1,pharmacy,药店,114.15,35.88\n2,pharmacy,{GBK},114.15,35.88\n", 3L)]
    [InlineData(FacilitiesApp.Ndjson, "{1}\n\n{\"external_id\":\"2\",\"name_zh\":\"{GBK}\"}\n", 3L)]
    [InlineData(FacilitiesApp.GeoJson, "{\"type\":\"FeatureCollection\",\"features\":[\n{P},\n{\"type\":\"Feature\",\"properties\":{\"name_zh\":\"{GBK}\"},\"geometry\":null}]}", 3L)]
    public async Task What_is_not_UTF_8_is_named_by_its_line(string mediaType, string template, long line)
    {
        var text = template.Replace("{1}", Facility("1"), StringComparison.Ordinal).Replace("{P}", Point("1"), StringComparison.Ordinal).Split("{GBK}");
        byte[] content = [.. Encoding.UTF8.GetBytes(text[0]), 0xD2, 0xA9, 0xB5, 0xEA, .. Encoding.UTF8.GetBytes(text[1])]; // 药店

        using var accepted = await app.PostAsync("kind=facilities&source=gbk", mediaType, new ByteArrayContent(content));
        var import = await app.EndOfAsync(accepted);

        Assert.Equal("refused", Counts.Of(import).State);
        Assert.Equal((line, "facilities.import_not_utf8"), (Counts.Key((await app.ErrorsAsync(import))[^1]).Line, Counts.Key((await app.ErrorsAsync(import))[^1]).Code));
    }

    [Theory]
    [InlineData(FacilitiesApp.Csv)]
    [InlineData(FacilitiesApp.Ndjson)]
    [InlineData(FacilitiesApp.GeoJson)]
    public async Task A_line_of_10_MB_is_refused(string mediaType)
    {
        var filler = new string('药', 10_000_000 / 3);
        var content = mediaType switch
        {
            FacilitiesApp.Csv => $"{Header}\n1,pharmacy,药店,114.15,35.88\n2,pharmacy,{filler},114.15,35.88\n3,pharmacy,药店,114.15,35.88\n",
            FacilitiesApp.Ndjson => $"{Facility("1")}\n{Facility("2", null, ("address", filler))}\n{Facility("3")}\n",
            _ => Collection(Point("1"), Point("2").Replace("药店", filler, StringComparison.Ordinal), Point("3")),
        };

        var import = await app.ImportAsync("kind=facilities&source=long&bad_rows=skip", mediaType, content);

        var error = Assert.Single(await app.ErrorsAsync(import));
        Assert.Equal((mediaType == FacilitiesApp.Ndjson ? 2L : 3L, "facilities.import_row_too_long"), (Counts.Key(error).Line, Counts.Key(error).Code));
        // Only lines can be skipped; whoever is inside quotes or brackets does not know where the row would end.
        Assert.Equal(mediaType == FacilitiesApp.Ndjson ? Counts.Done(created: 2, bad: 1).State : "refused", Counts.Of(import).State);
    }

    [Fact]
    public async Task A_record_of_endless_cells_is_refused()
    {
        var import = await app.ImportAsync("kind=facilities&source=commas", FacilitiesApp.Csv, $"{Header}\n{new string(',', 6_000_000)}\n");

        Assert.Equal((2L, "facilities.import_row_too_long"), (Counts.Key(Assert.Single(await app.ErrorsAsync(import))).Line, "facilities.import_row_too_long"));
    }

    [Fact]
    public async Task CSV_records_with_bad_quotes_or_too_few_cells_are_named_by_the_line_on_which_they_begin()
    {
        var import = await app.ImportAsync("kind=facilities&source=quotes&bad_rows=skip", FacilitiesApp.Csv,
            $"{Header}\n1,pharmacy,\"a\nb\",114.15,35.88\n\n2,pharmacy,药\"店,114.15,35.88\n3,pharmacy,药店,114.15\n4,pharmacy,药店,114.15,35.88,\n5,pharmacy,药店,\"114,15\",35.88\n6,pharmacy,\"药店,114.15,35.88\n");

        Assert.Equal(
            [
                (2, "name_zh", "facilities.value_invalid"), (5, null, "facilities.import_row_unreadable"), (6, null, "facilities.import_row_unreadable"),
                (7, null, "facilities.import_row_unreadable"), (8, "lon", "facilities.value_invalid"), (9, null, "facilities.import_row_unreadable"),
            ],
            (await app.ErrorsAsync(import)).Select(Counts.Key));
    }

    private static string Point(string id) => Feature(
        $"\"external_id\":\"{id}\",\"category\":\"pharmacy\",\"name_zh\":\"药店\"", "{\"type\":\"Point\",\"coordinates\":[114.15,35.88]}");
}

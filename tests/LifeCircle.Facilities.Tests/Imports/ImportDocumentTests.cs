using System.Text.Json;

namespace LifeCircle.Facilities.Tests.Imports;

public sealed class ImportDocumentTests(FacilitiesApp app) : IClassFixture<FacilitiesApp>
{
    [Fact]
    public async Task The_API_document_says_what_an_import_takes_and_gives()
    {
        using var client = app.Client((TestToken?)null);
        var document = JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync(
            new Uri("/facilities/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken));
        var paths = document.GetProperty("paths");
        var start = paths.GetProperty("/facilities/v1/imports").GetProperty("post");

        Assert.Equal("startImport", start.GetProperty("operationId").GetString());
        Assert.Equal(
            ["application/geo+json", "application/vnd.openstreetmap.data+pbf", "application/vnd.openstreetmap.data+xml", "application/x-ndjson", "text/csv"],
            start.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(type => type.Name).Order(StringComparer.Ordinal));
        Assert.True(start.GetProperty("responses").GetProperty("202").GetProperty("content").TryGetProperty("application/json", out _));
        foreach (var status in (string[])["401", "403", "409", "413", "415", "422"])
            Assert.True(start.GetProperty("responses").TryGetProperty(status, out _), status);
        Assert.Equal(
            ["Idempotency-Key", "bad_rows", "check_only", "delimiter", "kind", "source"],
            start.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal("facilities.import", start.GetProperty("security")[0].GetProperty("oauth2")[0].GetString());
        Assert.Equal(
            ["cancelImport", "getImport", "listImportErrors", "listImports", "startImport"],
            paths.EnumerateObject().Where(path => path.Name.Contains("/imports", StringComparison.Ordinal)).SelectMany(path => path.Value.EnumerateObject())
                .Select(operation => operation.Value.GetProperty("operationId").GetString()).Order(StringComparer.Ordinal));
    }
}

using System.Net;
using LifeCircle.Contracts.Facilities;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Imports;

/// <summary>All or nothing, skipping, only checking; and what is reported of it.</summary>
public sealed class PolicyTests(PolicyTests.App app) : IClassFixture<PolicyTests.App>
{
    private const int MaximumBadRows = 300;

    [Fact]
    public async Task One_bad_row_at_the_end_and_nothing_is_applied_or_told_but_all_bad_rows_are_named()
    {
        await app.MustImportAsync("kind=facilities&source=all", FacilitiesApp.Ndjson, Facility("F-1"));
        await QuietAsync();
        await using var opened = await app.Broker.ListenAsync<FacilityOpened>();
        var changes = await app.Database.CountAsync("change");
        var messages = await app.Database.CountAsync("outbox_message");
        // More than one batch, so that something has been written when the bad row comes.
        var lines = Enumerable.Range(1, 2_100).Select(number => Facility($"F-{number}", more: ("name_en", "new"))).ToArray();
        lines[1_499] = Facility("bad one", more: ("capacity", -1));

        var import = await app.ImportAsync("kind=facilities&source=all", FacilitiesApp.Ndjson, string.Join('\n', [.. lines, Facility("bad two", (1, 1))]));

        Assert.Equal(Counts.Refused(created: 2_098, changed: 1, bad: 2), Counts.Of(import));
        Assert.Equal([1_500L, 2_101L], (await app.ErrorsAsync(import)).Select(error => Counts.Key(error).Line));
        Assert.Equal(1L, await app.Database.CountAsync("facility WHERE source = 'all'"));
        Assert.Equal(1L, await app.Database.CountAsync("facility WHERE source = 'all' AND version = 1 AND name_en IS NULL"));
        Assert.Equal(changes, await app.Database.CountAsync("change"));
        Assert.Equal(messages, await app.Database.CountAsync("outbox_message"));
        Assert.False(opened.HasMore);
    }

    [Fact]
    public async Task Skipping_applies_the_good_rows()
    {
        var import = await app.ImportAsync("kind=facilities&source=skip&bad_rows=skip", FacilitiesApp.Ndjson,
            $"{Facility("S-1")}\n{Facility("S-2", (1, 1))}\n{Facility("S-3")}");

        Assert.Equal(Counts.Done(created: 2, bad: 1), Counts.Of(import));
        Assert.Equal("S-1 S-3", await app.Database.QueryAsync<string>(
            "SELECT string_agg(external_id, ' ' ORDER BY external_id) FROM facility WHERE source = 'skip'"));
    }

    [Fact]
    public async Task Checking_says_what_would_happen_and_does_nothing()
    {
        await app.MustImportAsync("kind=facilities&source=check", FacilitiesApp.Ndjson, $"{Facility("1")}\n{Facility("2")}");
        var changes = await app.Database.CountAsync("change");

        var good = await app.ImportAsync("kind=facilities&source=check&check_only=true", FacilitiesApp.Ndjson,
            $"{Facility("1")}\n{Facility("2", more: ("name_en", "new"))}\n{Facility("3")}");
        var bad = await app.ImportAsync("kind=facilities&source=check&check_only=true", FacilitiesApp.Ndjson, $"{Facility("4")}\n{Facility("5", (1, 1))}");
        var skipping = await app.ImportAsync("kind=facilities&source=check&check_only=true&bad_rows=skip", FacilitiesApp.Ndjson, $"{Facility("4")}\n{Facility("5", (1, 1))}");

        Assert.Equal(Counts.Done(created: 1, changed: 1, unchanged: 1), Counts.Of(good));
        Assert.True(good.GetProperty("check_only").GetBoolean());
        Assert.Equal(Counts.Refused(created: 1, bad: 1), Counts.Of(bad));
        Assert.Equal(Counts.Done(created: 1, bad: 1), Counts.Of(skipping));
        Assert.Equal(2L, await app.Database.CountAsync("facility WHERE source = 'check' AND version = 1"));
        Assert.Equal(changes, await app.Database.CountAsync("change"));
    }

    [Theory]
    [InlineData("refuse")]
    [InlineData("skip")]
    public async Task With_too_many_bad_rows_the_rest_is_not_read_and_nothing_applied(string policy)
    {
        var lines = Enumerable.Range(1, 2_000).Select(number => Facility($"M-{number}", number % 2 == 0 ? (1, 1) : null));

        var import = await app.ImportAsync($"kind=facilities&source=many&bad_rows={policy}", FacilitiesApp.Ndjson, string.Join('\n', lines));

        Assert.Equal(("refused", MaximumBadRows + 1L), (Counts.Of(import).State, Counts.Of(import).Bad));
        Assert.Equal("facilities.import_too_many_bad_rows", import.GetProperty("problem").GetProperty("code").GetString());
        Assert.Equal(2 * (MaximumBadRows + 1L), import.GetProperty("progress").GetProperty("rows_read").GetInt64());
        Assert.Equal(0L, await app.Database.CountAsync("facility WHERE source = 'many'"));
    }

    [Fact]
    public async Task Bad_rows_come_in_pages_by_line_without_gaps_and_as_a_table_for_people()
    {
        var lines = Enumerable.Range(1, 25).Select(number => Facility($"=P-{number}", (1, 1), ("colour", "red")));
        var import = await app.ImportAsync("kind=facilities&source=pages", FacilitiesApp.Ndjson, string.Join('\n', lines));
        var address = $"/facilities/v1/imports/{import.GetProperty("id").GetString()}/errors";
        var found = new List<(long Line, string? Field, string Code)>();
        for (string? next = ""; next is not null;)
        {
            var page = await app.GetAsync($"{address}?limit=7{next}", "facilities.import");
            found.AddRange(page.GetProperty("items").EnumerateArray().Select(Counts.Key));
            next = page.TryGetProperty("next", out var cursor) ? $"&after={cursor.GetString()}" : null;
        }
        using var client = app.Client("facilities.import");
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "Accept", "text/csv" } } };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var csv = System.Text.Encoding.UTF8.GetString(bytes[3..]).Split("\r\n");

        Assert.Equal(50, found.Count);
        Assert.Equal(found.OrderBy(error => error.Line), found);
        Assert.Equal(50, found.Distinct().Count());
        Assert.Equal((HttpStatusCode.OK, "text/csv"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]); // spreadsheets need it
        Assert.Equal("line,feature,external_id,field,code,text_en,text_zh", csv[0]);
        Assert.Equal(52, csv.Length);
        Assert.DoesNotContain(csv, row => row.Contains(",=P", StringComparison.Ordinal)); // no formulas
    }

    [Fact]
    public async Task Content_is_kept_for_those_that_did_not_succeed_and_only_for_a_while()
    {
        var good = await app.MustImportAsync("kind=facilities&source=kept", FacilitiesApp.Ndjson, Facility("1"));
        var bad = await app.ImportAsync("kind=facilities&source=kept", FacilitiesApp.Ndjson, Facility("2", (1, 1)));
        await Eventually.IsAsync(0L, () => app.Database.CountAsync($"import_chunk WHERE import_id = '{good.GetProperty("id").GetString()}'"));
        Assert.Equal(1L, await app.Database.CountAsync($"import_chunk WHERE import_id = '{bad.GetProperty("id").GetString()}'"));

        app.Clock.Advance(TimeSpan.FromDays(8));
        await app.MustImportAsync("kind=facilities&source=kept", FacilitiesApp.Ndjson, Facility("3")); // the sweep comes after an import

        await Eventually.IsAsync(0L, () => app.Database.CountAsync("import_chunk"));
        Assert.Equal("refused", Counts.Of(await app.GetAsync($"/facilities/v1/imports/{bad.GetProperty("id").GetString()}", "facilities.import")).State);
        Assert.Single(await app.ErrorsAsync(bad));

        app.Clock.Advance(TimeSpan.FromDays(83));
        var later = await app.ImportAsync("kind=facilities&source=kept", FacilitiesApp.Ndjson, Facility("4", (1, 1)));

        await Eventually.IsTrueAsync(async () => (await app.ErrorsAsync(bad)).Count == 0, "what was wrong so long ago is forgotten");
        Assert.Single(await app.ErrorsAsync(later));
    }

    private Task QuietAsync() => Eventually.IsAsync(0L, () => app.Database.CountAsync("outbox_message WHERE status = 0"));

    public sealed class App(TestServers servers) : DistrictApp(servers)
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings => [new("Imports:MaximumBadRows", $"{MaximumBadRows}")];
    }
}

using System.Net;
using System.Text.Json;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Imports;

/// <summary>Imports that are cancelled, cut off or killed in the middle, when more than a batch of theirs is written.</summary>
public sealed class ResumeTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Row 1,501 is in the second batch.
    private static string Content => string.Join('\n', Enumerable.Range(1, 2_000).Select(number => Facility(number == 1_501 ? "held" : $"R-{number}", more: ("name_en", "new"))));

    [Fact]
    public async Task A_running_import_that_is_cancelled_applies_nothing_and_lets_the_next_one_go()
    {
        await app.MustImportAsync("kind=facilities&source=cancelled", FacilitiesApp.Ndjson, Facility("held"));
        await using var hold = await RowHold.OnAsync(app, "cancelled", "held");
        using var accepted = await app.PostAsync("kind=facilities&source=cancelled", FacilitiesApp.Ndjson, Content);
        await hold.ReachedAsync();
        Assert.Equal("running", await StateAsync(accepted));

        var cancelled = await CancelAsync(accepted);
        var next = await app.MustImportAsync("kind=facilities&source=next", FacilitiesApp.Ndjson, Facility("1")); // although the row is still held

        Assert.Equal((HttpStatusCode.OK, "cancelled"), (cancelled.Status, cancelled.State));
        Assert.Equal(Counts.Done(created: 1), Counts.Of(next));
        Assert.Equal(1L, await app.Database.CountAsync("facility WHERE source = 'cancelled' AND version = 1"));
        Assert.Equal(1L, await app.Database.CountAsync("facility WHERE source = 'cancelled'"));
        Assert.Equal((HttpStatusCode.OK, "cancelled"), Short(await CancelAsync(accepted))); // again, and nothing else happens
    }

    [Fact]
    public async Task One_that_waits_is_cancelled_at_once_and_never_runs()
    {
        await app.MustImportAsync("kind=facilities&source=first", FacilitiesApp.Ndjson, Facility("held"));
        await using var hold = await RowHold.OnAsync(app, "first", "held");
        using var first = await app.PostAsync("kind=facilities&source=first", FacilitiesApp.Ndjson, Content);
        using var second = await app.PostAsync("kind=facilities&source=second", FacilitiesApp.Ndjson, Facility("1"));
        await hold.ReachedAsync();
        Assert.Equal("queued", await StateAsync(second)); // one after the other

        Assert.Equal((HttpStatusCode.OK, "cancelled"), Short(await CancelAsync(second)));
        await hold.DisposeAsync();

        Assert.Equal("done", Counts.Of(await app.EndOfAsync(first)).State);
        Assert.Equal(0, (await app.EndOfAsync(second)).GetProperty("attempts").GetInt32());
        Assert.Equal(0L, await app.Database.CountAsync("facility WHERE source = 'second'"));
        var (status, _, code) = await CancelAsync(first);
        Assert.Equal((HttpStatusCode.Conflict, "facilities.import_finished"), (status, code));
    }

    [Fact]
    public async Task Progress_is_shown_while_it_runs()
    {
        await app.MustImportAsync("kind=facilities&source=progress", FacilitiesApp.Ndjson, Facility("held"));
        await using var hold = await RowHold.OnAsync(app, "progress", "held");
        using var accepted = await app.PostAsync("kind=facilities&source=progress", FacilitiesApp.Ndjson, Content);
        await hold.ReachedAsync();

        await Eventually.IsTrueAsync(async () => (await ProgressAsync(accepted)).GetProperty("created").GetInt64() == 1_000, "the first batch shows");

        var progress = await ProgressAsync(accepted);
        Assert.True(progress.GetProperty("rows_read").GetInt64() >= 1_000);
        Assert.True(progress.GetProperty("bytes_read").GetInt64() > 0);
        await hold.DisposeAsync();
        Assert.Equal(Counts.Done(created: 1_999, changed: 1), Counts.Of(await app.EndOfAsync(accepted)));
    }

    [Fact]
    public async Task One_whose_session_is_cut_begins_again_and_has_one_effect()
    {
        await app.MustImportAsync("kind=facilities&source=cut", FacilitiesApp.Ndjson, Facility("held"));
        await using var hold = await RowHold.OnAsync(app, "cut", "held");
        using var accepted = await app.PostAsync("kind=facilities&source=cut&bad_rows=skip", FacilitiesApp.Ndjson, $"{Facility("bad", (1, 1))}\n{Content}");
        await hold.CutAsync();
        await hold.DisposeAsync();

        var import = await app.EndOfAsync(accepted);

        Assert.Equal(Counts.Done(created: 1_999, changed: 1, bad: 1), Counts.Of(import));
        Assert.Equal(2, import.GetProperty("attempts").GetInt32());
        Assert.Single(await app.ErrorsAsync(import)); // not those of the first attempt as well
        await AssertOneEffectAsync("cut");
    }

    [Fact]
    public async Task After_three_attempts_it_is_given_up_with_a_reason_and_the_next_one_goes()
    {
        await app.MustImportAsync("kind=facilities&source=thrice", FacilitiesApp.Ndjson, Facility("held"));
        await using var hold = await RowHold.OnAsync(app, "thrice", "held");
        using var accepted = await app.PostAsync("kind=facilities&source=thrice", FacilitiesApp.Ndjson, Content);
        for (var attempt = 1; attempt <= 3; attempt++) await hold.CutAsync();

        var import = await app.EndOfAsync(accepted);

        Assert.Equal(("failed", 3), (Counts.Of(import).State, import.GetProperty("attempts").GetInt32()));
        Assert.Equal("facilities.import_failed", import.GetProperty("problem").GetProperty("code").GetString());
        Assert.Equal(1L, await app.Database.CountAsync("facility WHERE source = 'thrice'"));
        await app.MustImportAsync("kind=facilities&source=after", FacilitiesApp.Ndjson, Facility("1"));
    }

    private async Task<(HttpStatusCode Status, string? State, string? Code)> CancelAsync(HttpResponseMessage accepted)
    {
        using var client = app.Client("facilities.import");
        using var response = await client.DeleteAsync(accepted.Headers.Location, Ct);
        var answer = await FacilitiesApp.JsonOf(response);
        return (response.StatusCode, answer.TryGetProperty("state", out var state) ? state.GetString() : null,
            answer.TryGetProperty("code", out var code) ? code.GetString() : null);
    }

    private static (HttpStatusCode, string?) Short((HttpStatusCode Status, string? State, string? Code) answer) => (answer.Status, answer.State);

    private async Task<string?> StateAsync(HttpResponseMessage accepted) =>
        (await app.GetAsync(accepted.Headers.Location!.ToString(), "facilities.import")).GetProperty("state").GetString();

    private async Task<JsonElement> ProgressAsync(HttpResponseMessage accepted) =>
        (await app.GetAsync(accepted.Headers.Location!.ToString(), "facilities.import")).GetProperty("progress");

    private async Task AssertOneEffectAsync(string source)
    {
        Assert.Equal(1_999L, await app.Database.CountAsync($"facility WHERE source = '{source}' AND version = 1"));
        Assert.Equal(1L, await app.Database.CountAsync($"facility WHERE source = '{source}' AND version = 2"));
        Assert.Equal(2_001L, await app.Database.CountAsync($"change JOIN facility ON facility.id = entity_id WHERE source = '{source}'"));
    }
}

/// <summary>Replicas that die; the one that takes the imports in works on none of them.</summary>
public sealed class KilledReplicaTests(KilledReplicaTests.App app) : IClassFixture<KilledReplicaTests.App>
{
    private static string Content => string.Join('\n', Enumerable.Range(1, 2_000).Select(number => Facility(number == 1_501 ? "held" : $"R-{number}")));

    [Theory]
    [InlineData("killed", 2)]
    [InlineData("stopped", 1)] // a deployment is nobody's fault: the attempt does not count
    public async Task An_import_whose_replica_ends_is_taken_up_by_another_and_has_one_effect(string how, int attempts)
    {
        await app.PrepareAsync(how);
        await using var hold = await RowHold.OnAsync(app, how, "held");
        using var accepted = await app.PostAsync($"kind=facilities&source={how}", FacilitiesApp.Ndjson, Content);
        await using var first = await app.StartWorkerAsync();
        await hold.ReachedAsync();

        if (how == "killed") await first.KillAsync();
        else await first.StopAsync();
        await using var second = await app.StartWorkerAsync();
        await hold.ReachedAsync();
        await hold.DisposeAsync();

        var import = await app.EndOfAsync(accepted);
        Assert.Equal(Counts.Done(created: 1_999, changed: 1), Counts.Of(import));
        Assert.Equal(attempts, import.GetProperty("attempts").GetInt32());
        Assert.Equal(2_000L, await app.Database.CountAsync($"facility WHERE source = '{how}'"));
        Assert.Equal(2_000L, await app.Database.CountAsync($"change JOIN facility ON facility.id = entity_id WHERE source = '{how}' AND change.version = facility.version"));
    }

    [Fact]
    public async Task A_file_that_kills_every_replica_is_given_up()
    {
        await app.PrepareAsync("deadly");
        await using var hold = await RowHold.OnAsync(app, "deadly", "held");
        using var accepted = await app.PostAsync("kind=facilities&source=deadly", FacilitiesApp.Ndjson, Content);
        for (var death = 1; death <= 3; death++)
        {
            await using var replica = await app.StartWorkerAsync();
            await hold.ReachedAsync();
            await replica.KillAsync();
            await Eventually.IsAsync(0L, () => app.Database.CountAsync("""
                pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND (classid::bigint << 32) | objid::bigint = hashtextextended('facilities imports', 0)
                """));
        }
        await using var survivor = await app.StartWorkerAsync();

        var import = await app.EndOfAsync(accepted);

        Assert.Equal(("failed", 3), (Counts.Of(import).State, import.GetProperty("attempts").GetInt32()));
        Assert.Equal(1L, await app.Database.CountAsync("facility WHERE source = 'deadly'"));
    }

    public sealed class App(TestServers servers) : FacilitiesApp(servers)
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings => [new("Imports:Work", "false")];

        /// <summary>A replica that works, and drains for nobody.</summary>
        public Task<ServiceProcess> StartWorkerAsync() => StartProcessAsync(ServiceProcess.FreeAddress(), new("Imports:Work", "true"), new("Draining:Seconds", "0"));

        /// <summary>The small district, and the facility that is going to be held, by a replica that works and ends.</summary>
        public async Task PrepareAsync(string source)
        {
            await using var worker = await StartWorkerAsync();
            await MustImportAsync("kind=divisions&source=map", GeoJson, SmallDistrict.Divisions);
            await MustImportAsync($"kind=facilities&source={source}", Ndjson, Facility("held", more: ("name_en", "old")));
        }
    }
}

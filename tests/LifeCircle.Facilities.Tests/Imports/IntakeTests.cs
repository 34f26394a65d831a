using System.Net;
using System.Text;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Imports;

/// <summary>How contents come in: keys, repetitions, limits, and what breaks off.</summary>
public sealed class IntakeTests(IntakeTests.App app) : IClassFixture<IntakeTests.App>
{
    private const int MaximumBytes = 3 << 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_with_the_imports_address_and_document()
    {
        var content = Facility("1");
        using var accepted = await app.PostAsync("kind=facilities&source=answer&bad_rows=skip&check_only=true", FacilitiesApp.Ndjson, content);

        var document = await FacilitiesApp.JsonOf(accepted);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal($"/facilities/v1/imports/{document.GetProperty("id").GetString()}", accepted.Headers.Location!.ToString());
        Assert.Equal(("facilities", "answer", "skip", true, "application/x-ndjson"), (Text("kind"), Text("source"), Text("bad_rows"),
            document.GetProperty("check_only").GetBoolean(), Text("content_type")));
        var bytes = Encoding.UTF8.GetBytes(content);
        Assert.Equal((bytes.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))), (document.GetProperty("bytes").GetInt32(), Text("sha256")));
        Assert.Equal(1L, Counts.Of(await app.EndOfAsync(accepted)).Created);

        string? Text(string member) => document.GetProperty(member).GetString();
    }

    [Fact]
    public async Task The_same_key_with_the_same_content_is_the_same_import()
    {
        using var first = await app.PostAsync("kind=facilities&source=key", FacilitiesApp.Ndjson, Facility("1"), key: "k-1");
        using var second = await app.PostAsync("kind=facilities&source=key", FacilitiesApp.Ndjson, Facility("1"), key: "k-1");
        await app.EndOfAsync(first);
        using var third = await app.PostAsync("kind=facilities&source=key", FacilitiesApp.Ndjson, Facility("1"), key: "k-1");

        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.Accepted], new[] { first, second, third }.Select(answer => answer.StatusCode));
        Assert.False(first.Headers.Contains(Idempotency.ReplayedHeader));
        Assert.Equal(["true"], third.Headers.GetValues(Idempotency.ReplayedHeader));
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal("done", (await FacilitiesApp.JsonOf(third)).GetProperty("state").GetString());
        Assert.Equal(1L, await app.Database.CountAsync("import WHERE idempotency_key = 'k-1'"));
    }

    [Theory]
    [InlineData("kind=facilities&source=reuse", FacilitiesApp.Ndjson, "2")]
    [InlineData("kind=facilities&source=other", FacilitiesApp.Ndjson, "1")]
    [InlineData("kind=facilities&source=reuse&check_only=true", FacilitiesApp.Ndjson, "1")]
    [InlineData("kind=facilities&source=reuse&bad_rows=skip", FacilitiesApp.Ndjson, "1")]
    [InlineData("kind=facilities&source=reuse", FacilitiesApp.GeoJson, "1")]
    public async Task The_same_key_for_anything_else_is_refused(string query, string mediaType, string id)
    {
        var key = $"reuse {query.Length} {mediaType.Length} {id}".Replace(' ', '-');
        using var first = await app.PostAsync("kind=facilities&source=reuse", FacilitiesApp.Ndjson, Facility("1"), key: key);
        using var second = await app.PostAsync(query, mediaType, Facility(id), key: key);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, second.StatusCode);
        Assert.Equal("idempotency.key_reused", (await FacilitiesApp.JsonOf(second)).GetProperty("code").GetString());
        await app.EndOfAsync(first);
    }

    [Fact]
    public async Task The_same_key_of_another_client_is_another_key()
    {
        using var first = await app.PostAsync("kind=facilities&source=clients", FacilitiesApp.Ndjson, Facility("1"), key: "shared");
        using var second = await app.PostAsync("kind=facilities&source=clients", FacilitiesApp.Ndjson, Facility("2"),
            new TestToken { ClientId = "another", Scopes = ["facilities.import"] }, "shared");

        Assert.Equal(HttpStatusCode.Accepted, second.StatusCode);
        Assert.NotEqual(first.Headers.Location, second.Headers.Location);
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("中文")]
    public async Task A_missing_or_impossible_key_is_refused(string key)
    {
        using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }, disposeHandler: true);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(app.Address, "/facilities/v1/imports?kind=facilities")) { Content = new StringContent(Facility("1"), Encoding.UTF8, FacilitiesApp.Ndjson) };
        request.Headers.Authorization = new("Bearer", app.Servers.Tokens.Create(new TestToken { Scopes = ["facilities.import"] }));
        if (key.Length > 0) request.Headers.TryAddWithoutValidation(Idempotency.Header, key);

        using var response = await client.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("idempotency.key_invalid", (await FacilitiesApp.JsonOf(response)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task While_a_content_comes_in_it_is_nobodys_business_but_its_key_is_taken()
    {
        var before = await app.Database.CountAsync("import WHERE state <> 'receiving'");
        var slow = new SlowContent(1 << 20, Facility("1"));
        var first = app.PostAsync("kind=facilities&source=slow", FacilitiesApp.Ndjson, slow, key: "slow");
        await Eventually.IsTrueAsync(async () => await app.Database.CountAsync("import_chunk JOIN import ON id = import_id WHERE state = 'receiving'") > 0, "some of it is stored");

        using var second = await app.PostAsync("kind=facilities&source=slow", FacilitiesApp.Ndjson, Facility("1"), key: "slow");
        var id = await app.Database.QueryAsync<Guid>("SELECT id FROM import WHERE idempotency_key = 'slow'");
        using var client = app.Client("facilities.import");
        using var hidden = await client.GetAsync(new Uri($"/facilities/v1/imports/{id}", UriKind.Relative), Ct);
        using var cancelled = await client.DeleteAsync(new Uri($"/facilities/v1/imports/{id}", UriKind.Relative), Ct);
        var other = await app.MustImportAsync("kind=facilities&source=slow-other", FacilitiesApp.Ndjson, Facility("1")); // its end sweeps; what comes in stays
        slow.GoOn();
        using var answer = await first;

        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Equal("1", second.Headers.GetValues("Retry-After").Single());
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (hidden.StatusCode, cancelled.StatusCode));
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(Counts.Done(created: 1), Counts.Of(await app.EndOfAsync(answer)));
        Assert.Equal(before + 2, await app.Database.CountAsync("import WHERE state <> 'receiving'"));
        Assert.Equal("done", Counts.Of(other).State);
    }

    [Fact]
    public async Task What_breaks_off_leaves_nothing_and_frees_its_key()
    {
        using var giveUp = new CancellationTokenSource();
        var slow = new SlowContent(1 << 20, "");
        using var client = app.Client("facilities.import");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/facilities/v1/imports?kind=facilities&source=broken-off") { Content = slow };
        slow.Headers.ContentType = new(FacilitiesApp.Ndjson);
        request.Headers.Add(Idempotency.Header, "broken-off");
        var first = client.SendAsync(request, giveUp.Token);
        await Eventually.IsTrueAsync(async () => await app.Database.CountAsync("import_chunk JOIN import ON id = import_id WHERE state = 'receiving'") > 0, "some of it is stored");

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        await Eventually.IsAsync(0L, () => app.Database.CountAsync("import WHERE idempotency_key = 'broken-off'"));
        Assert.DoesNotContain("session", await SourcesInPoolAsync("synchronous_commit")); // whoever gets the connection next waits for the disk again
        using var again = await app.PostAsync("kind=facilities&source=broken-off", FacilitiesApp.Ndjson, Facility("1"), key: "broken-off");
        Assert.Equal(Counts.Done(created: 1), Counts.Of(await app.EndOfAsync(again)));
    }

    [Fact]
    public async Task What_a_dead_replica_left_half_received_is_swept_away_and_its_key_can_be_used()
    {
        await LeaveHalfReceivedAsync("left-1");
        await LeaveHalfReceivedAsync("left-2");

        using var again = await app.PostAsync("kind=facilities&source=left", FacilitiesApp.Ndjson, Facility("1"), key: "left-1");

        Assert.Equal(Counts.Done(created: 1), Counts.Of(await app.EndOfAsync(again)));
        await Eventually.IsAsync(0L, () => app.Database.CountAsync("import WHERE state = 'receiving'"));
        Assert.Equal(0L, await app.Database.CountAsync("import_chunk WHERE data = 'half'"));

        Task LeaveHalfReceivedAsync(string key) => app.Database.ExecuteAsync($"""
            INSERT INTO import (id, kind, source, media_type, bad_rows, check_only, client_id, idempotency_key, bytes, state, queued_at, attempts,
              rows_bad, bytes_read, rows_changed, rows_created, rows_read, rows_unchanged)
            VALUES (gen_random_uuid(), 'facilities', 'left', 'application/x-ndjson', 'refuse', false, 'test-client', '{key}', 0, 'receiving', now(), 0, 0, 0, 0, 0, 0, 0);
            INSERT INTO import_chunk SELECT id, 0, 'half' FROM import WHERE idempotency_key = '{key}';
            """);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_too_large_is_refused_and_leaves_nothing(bool declared)
    {
        var imports = await app.Database.CountAsync("import");
        HttpContent content = new ByteArrayContent(new byte[MaximumBytes + 1]);
        if (!declared) content = new StreamContent(new UnknownLength(await content.ReadAsStreamAsync(Ct)));

        using var response = await app.PostAsync("kind=facilities&source=large", FacilitiesApp.Ndjson, content, key: $"large-{declared}");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("request.too_large", (await FacilitiesApp.JsonOf(response)).GetProperty("code").GetString());
        await Eventually.IsAsync(imports, () => app.Database.CountAsync("import"));
    }

    [Fact]
    public async Task More_contents_at_a_time_than_a_replica_takes_are_sent_away_for_a_while()
    {
        var slow = Enumerable.Range(0, 2).Select(number => new SlowContent(1 << 20, Facility($"{number}"))).ToArray();
        var taken = slow.Select((content, number) => app.PostAsync("kind=facilities&source=crowd", FacilitiesApp.Ndjson, content)).ToArray();
        await Eventually.IsAsync(2L, () => app.Database.CountAsync("import WHERE state = 'receiving'"));

        using var refused = await app.PostAsync("kind=facilities&source=crowd", FacilitiesApp.Ndjson, Facility("3"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        foreach (var content in slow) content.GoOn();
        foreach (var answer in await Task.WhenAll(taken))
        {
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            answer.Dispose();
        }
    }

    [Fact]
    public async Task Compressed_contents_are_refused()
    {
        var content = new ByteArrayContent([0x1F, 0x8B]);
        content.Headers.ContentEncoding.Add("gzip");

        using var response = await app.PostAsync("kind=facilities&source=gzip", FacilitiesApp.Ndjson, content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    /// <summary>Where a setting comes from in each of the connections that wait for their next use.</summary>
    private async Task<string[]> SourcesInPoolAsync(string setting)
    {
        var sessions = Enumerable.Range(0, 20).Select(_ => app.Services.CreateAsyncScope()).ToList();
        var sources = await Task.WhenAll(sessions.Select(async session =>
        {
            var db = session.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
            await db.Database.OpenConnectionAsync(Ct);
            return await db.Database.SqlQuery<string>($"SELECT source AS \"Value\" FROM pg_settings WHERE name = {setting}").SingleAsync(Ct);
        }));
        foreach (var session in sessions) await session.DisposeAsync();
        return sources;
    }

    public sealed class App(TestServers servers) : DistrictApp(servers)
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings =>
            [new("Imports:MaximumBytes", $"{MaximumBytes}"), new("Imports:ConcurrentUploads", "2")];
    }

    /// <summary>Blanks, then a wait until the test goes on, then the rest.</summary>
    private sealed class SlowContent(int blanks, string rest) : HttpContent
    {
        private readonly TaskCompletionSource _goOn = new();

        public void GoOn() => _goOn.SetResult();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(new string('\n', blanks)), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await _goOn.Task.WaitAsync(cancellationToken);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(rest), cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class UnknownLength(Stream inner) : MemoryStream
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.ReadAsync(buffer, offset, count, cancellationToken);

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => inner.CopyToAsync(destination, bufferSize, cancellationToken);
    }
}

using System.Diagnostics;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests;

public sealed class TelemetryTests(TelemetryTests.WatchedApp app) : IClassFixture<TelemetryTests.WatchedApp>
{
    private const string Phone = "13812345678";
    private const string Id = "410699194508151029";
    private const string Recipients = "/orders/v1/recipients";

    [Fact]
    public async Task A_request_is_one_trace_with_its_queries_and_its_event()
    {
        var spans = await TraceAsync(client => client.PostJsonAsync("/orders/v1/orders", Sample.Order()), "LifeCircle.Messaging");

        var server = Assert.Single(spans, span => span.Kind == ActivityKind.Server);
        Assert.Equal("POST /orders/v1/orders/", server.DisplayName);
        var queries = spans.Where(span => span.Source.Name == "Npgsql").ToList();
        Assert.True(queries.Count >= 3);
        Assert.All(queries, query => Assert.Equal(server.SpanId, query.ParentSpanId));
        Assert.Contains(queries, query => query.GetTagItem("db.query.text") is string text && text.Contains("INSERT INTO orders", StringComparison.Ordinal));
        Assert.Single(spans, span => span is { Source.Name: "LifeCircle.Messaging", Kind: ActivityKind.Producer });
    }

    [Fact]
    public async Task Probes_leave_no_trace()
    {
        var spans = await TraceAsync(async client =>
        {
            await client.ReadAsync("/health/live");
            await client.ReadAsync("/health/ready");
        });
        Assert.Empty(spans);
    }

    [Fact]
    public async Task Nothing_personal_and_no_secret_gets_into_spans_or_logs()
    {
        var token = "";
        var spans = await TraceAsync(async client =>
        {
            token = client.DefaultRequestHeaders.Authorization!.Parameter!;
            await client.ReadAsync($"/orders/v1/orders?reference={Phone}");
            await client.ReadAsync($"/orders/v1/orders?minutes={Phone}");
            await client.ReadAsync($"/orders/v1/odd/broken?phone={Phone}");
            await client.PostJsonAsync("/orders/v1/orders", Sample.Order(reference: Phone));
            await client.PostJsonAsync("/orders/v1/orders", Sample.Order(reference: Phone + "\0"));
            await client.PostJsonAsync("/orders/v1/orders", Sample.Order(reference: Phone, note: Mishaps.AlwaysCollides));
            await client.ReadAsync("/orders/v1/orders", ("Authorization", $"Bearer {token}x"));
            var registered = await client.PostJsonAsync(Recipients, Sample.Recipient(Id, name: "欧阳小明", mobile: Phone));
            Assert.Equal(201, (int)registered.Status);
            Assert.Equal(422, (int)(await client.PostJsonAsync(Recipients, Sample.Recipient(Id[..17] + "8", mobile: Phone))).Status);
            Assert.Equal(500, (int)(await client.PostJsonAsync(Recipients, Sample.Recipient(Id, name: "欧阳小明", mobile: Phone))).Status); // the database refuses a second one
            await client.PostJsonAsync(Recipients + "/find", $$"""{"mobile":"{{Phone}}"}""");
            using var revealing = app.Client("orders.reveal");
            foreach (var reason in (string[])["order 1", Phone])
                await revealing.PostJsonAsync($"{Recipients}/{registered["id"]}/reveal", $$"""{"purpose":"emergency","reason":"{{reason}}"}""");
        });

        Assert.NotEmpty(spans);
        var recorded = app.Recorded.Texts;
        Assert.Contains(recorded, text => text.Contains("/orders/v1/odd/broken", StringComparison.Ordinal)); // the failure is there
        foreach (var secret in (string[])[Phone, Id, "欧阳小明", "小明", "401室", token, TestDatabase.RolePassword])
            Assert.DoesNotContain(recorded, text => text.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_that_is_a_secret_gets_into_no_span_and_no_log()
    {
        const string Secret = "c2VjcmV0LW9mLWEtY2FsZW5kYXItbGluay0x";
        string[] paths = [$"/orders/v1/odd/calendars/{Secret}.ics", $"/orders/v1/odd/Calendars/{Secret}.ics?a={Secret}", $"/orders/v1/calendars/{Secret}", $"/calendars//{Secret}/x"];
        var spans = await TraceAsync(async client =>
        {
            foreach (var path in paths) await client.ReadAsync(path);
        });

        var seen = spans.Where(span => span.Kind == ActivityKind.Server).Select(span => $"{span.GetTagItem("url.path")}").Order(StringComparer.Ordinal);
        Assert.Equal(["/calendars/***", "/orders/v1/calendars/***", "/orders/v1/odd/Calendars/***", "/orders/v1/odd/calendars/***"], seen);
        Assert.Equal(2, app.Recorded.Logs.Count(text => text.Contains("/orders/v1/odd/calendars/{token}", StringComparison.Ordinal))); // the failures are there
        Assert.DoesNotContain(app.Recorded.Texts, text => text.Contains(Secret, StringComparison.Ordinal));
    }

    /// <summary>The service's own spans of what is done, within one trace.</summary>
    private async Task<List<Activity>> TraceAsync(Func<HttpClient, Task> ask, string? until = null)
    {
        using var client = app.Client();
        await client.ReadAsync("/orders/v1/orders"); // keys are fetched and connections open
        var spans = await app.Recorded.TraceAsync(() => ask(client));
        // The server's span ends after its answer has arrived, and a last request makes sure that it has.
        await client.ReadAsync("/orders/v1/orders");
        if (until is not null) await Eventually.IsTrueAsync(() => Task.FromResult(spans().Any(span => span.Source.Name == until)), until);
        return [.. spans()];
    }

    public sealed class WatchedApp(TestServers servers) : OrdersApp(servers)
    {
        public RecordedTelemetry Recorded { get; } = new();

        protected override IEnumerable<KeyValuePair<string, string>> Settings => RecordedTelemetry.Settings;

        protected override void Configure(IServiceCollection services) => Recorded.Watch(services);
    }
}

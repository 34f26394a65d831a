using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Gateway.Tests.Proxying;

public sealed class TraceTests(TraceTests.WatchedGateway app) : IClassFixture<TraceTests.WatchedGateway>
{
    [Fact]
    public async Task An_address_that_is_a_secret_gets_into_no_span_and_no_log_on_either_side()
    {
        const string Secret = "c2VjcmV0LW9mLWEtY2FsZW5kYXItbGluay0y";
        var away = await app.StartReplicaAsync(new KeyValuePair<string, string>("services:venues:http:0", "http://127.0.0.1:1"));
        var spans = await app.Recorded.TraceAsync(async () =>
        {
            using var passed = await app.GetAsync($"/venues/echo/calendars/{Secret}.ics");
            using var unknown = await app.GetAsync($"/nowhere/calendars/{Secret}.ics");
            using var failed = await app.GetAsync($"/venues/v1/calendars/{Secret}.ics", away);
            Assert.Equal([200, 404, 503], ((HttpResponseMessage[])[passed, unknown, failed]).Select(answer => (int)answer.StatusCode));
        });
        Assert.EndsWith($"/venues/echo/calendars/{Secret}.ics", app.Venues.Last.Target, StringComparison.Ordinal); // the service is asked for it all the same

        // Both replicas see the spans of this process.
        await Eventually.IsAsync("/nowhere/calendars/*** /venues/echo/calendars/*** /venues/v1/calendars/***", () => Task.FromResult(string.Join(' ',
            spans().Where(span => span.Kind == ActivityKind.Server).Select(span => $"{span.GetTagItem("url.path")}").Distinct().Order(StringComparer.Ordinal))));
        await Eventually.IsTrueAsync(() => Task.FromResult(app.Recorded.Spans.Any(span => span.Source.Name == "System.Net.Http"
            && $"{span.GetTagItem("url.full")}" == $"{app.Venues.Address}venues/echo/calendars/***")), "the request to the service");
        Assert.DoesNotContain(app.Recorded.Texts, text => text.Contains(Secret, StringComparison.Ordinal));
    }

    public sealed class WatchedGateway(TestServers servers) : GatewayApp(servers)
    {
        public RecordedTelemetry Recorded { get; } = new();

        protected override IEnumerable<KeyValuePair<string, string>> Settings => base.Settings.Concat(RecordedTelemetry.Settings);

        protected override void Configure(IServiceCollection services)
        {
            base.Configure(services);
            Recorded.Watch(services);
        }
    }
}

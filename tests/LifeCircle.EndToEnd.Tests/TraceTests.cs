using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LifeCircle.EndToEnd.Tests.Telemetry;
using LifeCircle.Testing;

namespace LifeCircle.EndToEnd.Tests;

public sealed class TraceTests(DemoDistrict district)
{
    [Fact]
    public async Task An_import_is_one_trace_through_gateway_facilities_outbox_broker_and_consumer()
    {
        const string Messaging = "LifeCircle.Messaging";
        using var planner = await district.ClientAsync();
        var (traceId, ours) = (ActivityTraceId.CreateRandom().ToHexString(), ActivitySpanId.CreateRandom().ToHexString());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/facilities/v1/imports?kind=facilities&source=trace-test")
        {
            Content = new StringContent("external_id,category,name_zh,lon,lat\nT1,pharmacy,追踪药店,114.18,35.9\n", Encoding.UTF8, "text/csv"),
            Headers = { { "Idempotency-Key", traceId }, { "traceparent", $"00-{traceId}-{ours}-01" } },
        };
        using var accepted = await planner.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        await Eventually.IsAsync("done", async () =>
            (await planner.GetFromJsonAsync<JsonElement>(accepted.Headers.Location)).GetProperty("state").GetString());

        IReadOnlyList<ReceivedSpan> trace = [];
        await Eventually.IsTrueAsync(() =>
        {
            trace = district.Collector.Trace(traceId); // each process sends its own spans when it likes
            return Task.FromResult(trace.Any(span => span.ParentId == ours)
                && trace.Any(span => IsConsumption(span) && Ancestors(span, trace).Any(parent => parent.Source == Messaging)));
        }, "the spans from the door to a consumer");

        var entry = Assert.Single(trace, span => span.ParentId == ours);
        Assert.Equal("gateway", entry.Service);
        var served = Assert.Single(trace, span => span is { Service: "facilities", Source: "Microsoft.AspNetCore" });
        Assert.Contains(entry, Ancestors(served, trace));
        var published = trace.First(span => span.Source == Messaging);
        Assert.Contains(served, Ancestors(published, trace));
        Assert.Contains(trace, span => span is { Service: "facilities", Source: "Npgsql" });
    }

    private static bool IsConsumption(ReceivedSpan span) => span.Name.EndsWith(" process", StringComparison.Ordinal);

    private static List<ReceivedSpan> Ancestors(ReceivedSpan span, IReadOnlyList<ReceivedSpan> trace)
    {
        var ancestors = new List<ReceivedSpan>();
        while (trace.FirstOrDefault(other => other.Id == span.ParentId) is { } parent)
        {
            ancestors.Add(parent);
            span = parent;
        }
        return ancestors;
    }
}

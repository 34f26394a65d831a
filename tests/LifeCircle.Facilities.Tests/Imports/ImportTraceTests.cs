using System.Collections.Concurrent;
using System.Diagnostics;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Imports;

public sealed class ImportTraceTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    [Fact]
    public async Task One_import_is_one_trace_from_the_request_to_the_consumer()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("LifeCircle.", StringComparison.Ordinal) || source.Name is "MassTransit" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> creation) =>
                creation.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        string trace;
        HttpResponseMessage accepted;
        using (var client = new Activity("client").Start())
        {
            client.ActivityTraceFlags = ActivityTraceFlags.Recorded;
            trace = client.TraceId.ToHexString();
            accepted = await app.PostAsync("kind=facilities&source=trace", FacilitiesApp.Ndjson, Facility("1"));
        }
        var import = await app.EndOfAsync(accepted);
        accepted.Dispose();

        Assert.Equal(trace, import.GetProperty("trace_id").GetString());
        await Eventually.IsTrueAsync(() => Task.FromResult(Own().Any(span => span.OperationName.EndsWith(" process", StringComparison.Ordinal))), "the consumer's span");
        Assert.Contains(Own(), span => span.Kind == ActivityKind.Server);
        var work = Assert.Single(Own(), span => span.OperationName == "import facilities");
        var publish = Assert.Single(Own(), span => span is { Source.Name: "LifeCircle.Messaging", Kind: ActivityKind.Producer });
        Assert.Equal(work.SpanId, publish.ParentSpanId);

        IEnumerable<Activity> Own() => spans.Where(span => span.TraceId.ToHexString() == trace);
    }
}

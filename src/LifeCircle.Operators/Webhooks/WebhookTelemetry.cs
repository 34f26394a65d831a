using System.Diagnostics;
using System.Diagnostics.Metrics;
using LifeCircle.Operators.Webhooks.Sending;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Webhooks;

/// <summary>What webhooks tell the operations staff.</summary>
internal static class WebhookTelemetry
{
    private const string Name = "LifeCircle.Operators";

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Posts = Meter.CreateHistogram<double>(
        "lifecircle.webhooks.post.duration", "s", "Posts to receivers by outcome: delivered, the status's class, or the error.");

    private static readonly Counter<long> Given = Meter.CreateCounter<long>(
        "lifecircle.webhooks.given_up", "{delivery}", "Deliveries whose last attempt failed.");

    private static readonly Counter<long> Disabled = Meter.CreateCounter<long>(
        "lifecircle.webhooks.disabled", "{webhook}", "Webhooks that were disabled, by cause.");

    private static readonly Gauge<long> Backlog = Meter.CreateGauge<long>(
        "lifecircle.webhooks.backlog", "{delivery}", "Deliveries that wait; counted up to 100,000.");

    private static readonly Gauge<double> BacklogAge = Meter.CreateGauge<double>(
        "lifecircle.webhooks.backlog.age", "s", "Age of the oldest delivery that waits for a receiver which is not failing.");

    public static void Record(AttemptOutcome outcome) => Posts.Record(outcome.Duration.TotalSeconds, new KeyValuePair<string, object?>("outcome",
        outcome.IsDelivered ? "delivered" : outcome.Error is { } error ? WireNames.Of(error) : $"{outcome.Status / 100}xx"));

    public static void GivenUp() => Given.Add(1);

    public static void WasDisabled(string cause) => Disabled.Add(1, new KeyValuePair<string, object?>("cause", cause));

    public static void Waiting(long count, TimeSpan oldest)
    {
        Backlog.Record(count);
        BacklogAge.Record(oldest.TotalSeconds);
    }

    /// <summary>What runs below it leaves no spans: looks into an empty queue.</summary>
    public static Activity Unrecorded()
    {
        var quiet = new Activity("unrecorded").Start();
        quiet.ActivityTraceFlags = ActivityTraceFlags.None;
        return quiet;
    }
}

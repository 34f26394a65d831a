using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace LifeCircle.Operators.Tests.Webhooks;

public sealed class WebhookTelemetryTests(WebhooksApp app) : IClassFixture<WebhooksApp>
{
    [Fact]
    public async Task Posts_are_counted_by_outcome_and_what_waits_is_measured()
    {
        var outcomes = new ConcurrentBag<string>();
        var (backlog, isAgeKnown) = (0L, false);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "LifeCircle.Operators") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            if (instrument.Name == "lifecircle.webhooks.post.duration") outcomes.Add((string)tags[0].Value!);
            else isAgeKnown = value >= 0;
        });
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => backlog = instrument.Name == "lifecircle.webhooks.backlog" ? Math.Max(backlog, value) : backlog);
        listener.Start();
        app.Receiver.On("/refuses", 503);
        await app.CreateAsync("/takes", ["facility.opened.v1"]);
        await app.CreateAsync("/refuses", ["facility.opened.v1"]);
        await app.CreateAsync("http://127.0.0.1:1/", ["facility.opened.v1"]);

        await app.PublishAsync(app.Opened());

        await Eventually.IsTrueAsync(
            () => Task.FromResult(outcomes.Contains("delivered") && outcomes.Contains("5xx") && outcomes.Contains("not_connected")), "all three outcomes");
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.IsTrueAsync(() => Task.FromResult(backlog >= 2 && isAgeKnown), "two wait"); // other tests of the process are heard, too
    }
}

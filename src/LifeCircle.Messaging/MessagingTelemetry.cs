using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LifeCircle.Messaging;

/// <summary>What the outbox and the inbox tell about themselves: add <see cref="Name"/> as a trace source and as a meter.</summary>
public static class MessagingTelemetry
{
    public const string Name = "LifeCircle.Messaging";

    internal static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    internal static readonly Counter<long> Published =
        Meter.CreateCounter<long>("lifecircle.outbox.published", "{message}", "Messages that the broker confirmed.");

    internal static readonly Counter<long> Refused =
        Meter.CreateCounter<long>("lifecircle.outbox.refused", "{message}", "Refusals of single messages by the broker.");

    internal static readonly Counter<long> Parked =
        Meter.CreateCounter<long>("lifecircle.outbox.parked", "{message}", "Messages given up after too many refusals.");

    internal static readonly Counter<long> Expired =
        Meter.CreateCounter<long>("lifecircle.outbox.expired", "{message}", "Messages dropped because nobody subscribed to them in 14 days.");

    internal static readonly Counter<long> Handled =
        Meter.CreateCounter<long>("lifecircle.inbox.handled", "{message}", "Messages whose effect was committed.");

    internal static readonly Counter<long> Duplicates =
        Meter.CreateCounter<long>("lifecircle.inbox.duplicates", "{message}", "Messages dropped because they had been handled before.");

    internal static readonly Counter<long> Failed =
        Meter.CreateCounter<long>("lifecircle.inbox.failed", "{message}", "Messages put aside in an error queue.");

    internal static readonly Gauge<long> Backlog =
        Meter.CreateGauge<long>("lifecircle.outbox.backlog", "{message}", "Rows in the outbox by status, as far as this replica sends them; counted up to 100,000.");

    internal static readonly Gauge<double> Lag =
        Meter.CreateGauge<double>("lifecircle.outbox.lag", "s", "Age of the oldest row that is ready to be sent.");
}

using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LifeCircle.Messaging.Outbox;

/// <summary>
/// Rows of exchanges that no queue is bound to: a subscriber may be deployed later, or its queue deleted by mistake. They cost
/// nothing until one message an exchange, sent now and then, finds a queue; then they go out in their order, before anything
/// newer. After as long as an inbox would accept them, they are dropped.
/// </summary>
internal sealed class UnroutedRows(OutboxSender sender, TimeProvider clock, ILogger logger)
{
    public static readonly TimeSpan Retention = Inbox.InboxTable.Retention;

    private const int Portion = 2_000;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, (long At, TimeSpan Pause)> _probes = [];

    /// <returns>Why the broker failed, if it did.</returns>
    public async Task<string?> ProbeAsync(OutboxTable table, short[] partitions, CancellationToken ct)
    {
        var oldest = (await table.OldestUnroutedAsync(partitions, ct)).GroupBy(r => r.Destination).Select(g => g.MinBy(r => r.Position)!);
        foreach (var row in oldest.Where(IsDue).ToList())
        {
            if (clock.GetUtcNow() - row.Since > Retention)
            {
                var dropped = await table.ExpireUnroutedAsync(partitions, row.Destination, clock.GetUtcNow() - Retention, Portion, ct);
                MessagingTelemetry.Expired.Add(dropped);
                logger.LogWarning("Dropped {Count} messages to {Destination}: nobody subscribed in {Days} days", dropped, row.Destination, Retention.TotalDays);
                continue;
            }
            var result = new OutboxBatchResult();
            await sender.SendAsync([row], result, ct);
            await table.RecordAsync(result, clock.GetUtcNow(), CancellationToken.None);
            if (result.BrokerFailure is { } failure)
                return failure;
            if (result.Confirmed.Count == 0)
                continue;
            MessagingTelemetry.Published.Add(1);
            // Portion by portion: what still waits makes newer rows wait too, so their order holds.
            var released = await table.ReleaseUnroutedAsync(partitions, row.Destination, Portion, ct);
            _probes.Remove(row.Destination);
            logger.LogInformation("{Destination} has a queue now: {Count} waiting messages go out", row.Destination, released + 1);
        }
        return null;
    }

    private bool IsDue(OutboxRow row)
    {
        if (_probes.TryGetValue(row.Destination, out var probe) && Stopwatch.GetElapsedTime(probe.At) < probe.Pause)
            return false;
        var pause = probe.Pause == TimeSpan.Zero ? ShortestPause : probe.Pause * 2;
        _probes[row.Destination] = (Stopwatch.GetTimestamp(), pause < LongestPause ? pause : LongestPause);
        return true;
    }
}

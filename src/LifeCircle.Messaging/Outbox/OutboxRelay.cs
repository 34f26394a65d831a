using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LifeCircle.Messaging.Outbox;

/// <summary>
/// Takes committed rows to the broker, in every replica. A replica sends the partitions that it holds (see
/// <see cref="PartitionClaims"/>): read a batch, send it with no transaction open, delete what was confirmed. A crash between
/// confirm and delete sends rows again, with the same message id, and the inbox drops them.
/// </summary>
internal sealed class OutboxRelay(
    OutboxSession sessions, OutboxSender sender, BrokerPublisher broker, OutboxSignal signal, TimeProvider clock, ILogger<OutboxRelay> logger)
    : BackgroundService
{
    /// <summary>A row that the broker refused so often is parked. The last attempt is about four minutes after the first.</summary>
    public const int MaximumAttempts = 8;

    private const int BatchSize = 512;
    private static readonly TimeSpan RoundInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(20);

    // Between two passes under traffic, because a pass costs the database nearly the same for one row as for fifty.
    private static readonly Breath Breath = new(shareOfWork: 0.2);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly UnroutedRows _unrouted = new(sender, clock, logger);
    private TimeSpan _brokerPause;
    private long _brokerPausedAt;

    public static TimeSpan PauseAfter(int attempts) => TimeSpan.FromSeconds(Math.Pow(2, attempts));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // The host starts without waiting for database or broker.
        // Its own statements would fill the traces: children of a parent that is not recorded are not recorded.
        using var quiet = new Activity("outbox relay").Start();
        quiet.ActivityTraceFlags = ActivityTraceFlags.None;
        var pause = RoundInterval;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var session = await sessions.OpenAsync(stoppingToken);
                pause = RoundInterval;
                await RelayAsync(session, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException or IOException)
            {
                // The session is gone and the partitions with it; rows stay where they are.
                logger.LogWarning(e, "The outbox relay lost its database session; next try in {Pause}", pause);
                await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            }
        }
        await broker.CloseAsync();
    }

    private async Task RelayAsync(NpgsqlConnection session, CancellationToken ct)
    {
        var claims = new PartitionClaims(session);
        var table = new OutboxTable(session);
        var lastRound = 0L;
        var poll = RoundInterval;
        DateTimeOffset? due = null;
        await claims.EnterAsync(ct);
        while (!ct.IsCancellationRequested)
        {
            if (lastRound == 0 || Stopwatch.GetElapsedTime(lastRound) >= RoundInterval)
            {
                await claims.RebalanceAsync(ct);
                due = await RoundAsync(table, claims.Owned, ct);
                lastRound = Stopwatch.GetTimestamp();
            }
            if (IsBrokerPaused(out var remaining))
            {
                await Task.Delay(remaining < RoundInterval ? remaining : RoundInterval, ct);
                continue;
            }
            var began = Stopwatch.GetTimestamp();
            var handled = await PassAsync(table, claims.Owned, ct);
            if (handled > 0)
            {
                poll = ShortestPoll;
                if (handled < BatchSize / 4)
                    await Task.Delay(Breath.After(Stopwatch.GetElapsedTime(began)), ct);
                continue;
            }
            // Commits of other replicas into our partitions do not wake us, so while there is traffic we look more often.
            var wait = claims.IsAlone ? RoundInterval : poll;
            poll = TimeSpan.FromTicks(Math.Min(poll.Ticks * 2, RoundInterval.Ticks));
            if (due - clock.GetUtcNow() is { } untilDue && untilDue < wait)
                wait = untilDue < ShortestPoll ? ShortestPoll : untilDue;
            await signal.WaitAsync(wait, ct);
        }
    }

    /// <summary>What is not urgent, once a second. Returns when the next timer is due.</summary>
    private async Task<DateTimeOffset?> RoundAsync(OutboxTable table, short[] partitions, CancellationToken ct)
    {
        await table.ReleaseBehindAsync(partitions, ct);
        if (!IsBrokerPaused(out _) && await _unrouted.ProbeAsync(table, partitions, ct) is { } failure)
            BlameBroker(failure);
        var (backlog, oldest) = await table.MeasureAsync(partitions, ct);
        foreach (var (status, count) in backlog)
            MessagingTelemetry.Backlog.Record(count, new KeyValuePair<string, object?>("status", status.ToString().ToLowerInvariant()));
        MessagingTelemetry.Lag.Record(oldest is { } o ? Math.Max(0, (clock.GetUtcNow() - o).TotalSeconds) : 0);
        return await table.NextDueAsync(partitions, ct);
    }

    /// <summary>Returns how many rows it read, or 0 when there was no progress and the next pass may as well wait.</summary>
    private async Task<int> PassAsync(OutboxTable table, short[] partitions, CancellationToken ct)
    {
        if (partitions.Length == 0)
            return 0;
        var rows = await table.NextAsync(partitions, Math.Max(BatchSize / partitions.Length, 1), clock.GetUtcNow(), ct);
        var result = new OutboxBatchResult();
        result.Behind.AddRange(rows.Where(r => r.Behind));
        result.Unrouted.AddRange(rows.Where(r => r is { Behind: false, Unrouted: true }));
        var ready = rows.Where(r => r is { Behind: false, Unrouted: false }).ToList();
        if (ready.Count > 0)
            await sender.SendAsync(ready, result, ct);
        // Also when the host is stopping: what was confirmed should not be sent again.
        await table.RecordAsync(result, clock.GetUtcNow(), CancellationToken.None);
        Count(result);
        if (result.BrokerFailure is { } failure && !sender.IsolatingCulprit)
            BlameBroker(failure);
        else if (ready.Count > 0)
            _brokerPause = TimeSpan.Zero;
        return result.HasProgress || sender.IsolatingCulprit ? rows.Count : 0;
    }

    private void Count(OutboxBatchResult result)
    {
        MessagingTelemetry.Published.Add(result.Confirmed.Count);
        foreach (var (row, error) in result.Refused)
        {
            MessagingTelemetry.Refused.Add(1);
            if (row.Attempts + 1 < MaximumAttempts)
                continue;
            MessagingTelemetry.Parked.Add(1);
            logger.LogError("Outbox message {MessageId} to {Destination} is parked after {Attempts} attempts: {Error}",
                row.Id, row.Destination, row.Attempts + 1, error);
        }
    }

    private void BlameBroker(string failure)
    {
        if (_brokerPause == TimeSpan.Zero)
            logger.LogWarning("The broker takes no messages, they wait in the outbox: {Failure}", failure);
        var next = _brokerPause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(250) : _brokerPause * 2;
        _brokerPause = next < LongestPause ? next : LongestPause;
        _brokerPausedAt = Stopwatch.GetTimestamp();
    }

    private bool IsBrokerPaused(out TimeSpan remaining)
    {
        remaining = broker.IsBlocked ? RoundInterval : _brokerPause - Stopwatch.GetElapsedTime(_brokerPausedAt);
        return broker.IsBlocked || (_brokerPause > TimeSpan.Zero && remaining > TimeSpan.Zero);
    }
}

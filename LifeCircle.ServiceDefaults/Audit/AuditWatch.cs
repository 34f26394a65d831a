using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Tells when entries wait too long for their places, or when no pass over the chain succeeds: while somebody holds it up, an administrator of
/// the database can change what waits, or delete it before it has grown old.
/// </summary>
internal sealed class AuditWatch
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Repetition = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10); // from one pass to the next, on a busy day

    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private DateTimeOffset _passed;
    private DateTimeOffset? _told;
    private long _since; // in ticks, because whoever collects metrics reads it meanwhile; 0: all is well

    public AuditWatch(TimeProvider clock, IMeterFactory meters, ILogger logger)
    {
        (_clock, _logger, _passed) = (clock, logger, clock.GetUtcNow());
        meters.Create("LifeCircle.Audit").CreateObservableGauge(
            "lifecircle.audit.waiting", () => Interlocked.Read(ref _since) is > 0 and var since ? Math.Max(0, TimeSpan.FromTicks(_clock.GetUtcNow().UtcTicks - since).TotalSeconds) : 0,
            "s", "How long the oldest entry has waited for its place in the chain, or no pass has succeeded; beyond a minute somebody may hold it up.");
    }

    /// <summary>The chain was ours, and what waited was placed.</summary>
    public void HasPassed() => _passed = _clock.GetUtcNow();

    public async Task LookAsync(DbContext db, CancellationToken cancel)
    {
        var (waiting, oldest, unplaceable) = (-1L, (DateTimeOffset?)null, Array.Empty<string>());
        try
        {
            (waiting, oldest, unplaceable) = await ReadAsync(db, cancel);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            _logger.LogWarning(fault, "It cannot be seen which audit entries wait for their places");
        }
        var now = _clock.GetUtcNow();
        // By the entries' own times and by ours: who can hold the chain up can change theirs.
        var since = now - _passed > Usual && !(oldest < _passed) ? _passed : oldest;
        Interlocked.Exchange(ref _since, since?.UtcTicks ?? 0);
        var isLate = now - since > Patience;
        if (!isLate && unplaceable.Length == 0) return;
        if (now - _told < Repetition) return;
        _told = now;
        if (isLate)
            _logger.LogError("Audit entries do not get their places: {Waiting} wait, the oldest since {Oldest}, and the last pass that succeeded was at {Passed}. Somebody may hold the chain up",
                waiting, oldest, _passed);
        foreach (var entry in unplaceable) _logger.LogError("An audit entry can get no place and is passed over: {Entry}", entry);
    }

    // Nothing is written for an entry that cannot be placed: verify-audit finds it for as long as it is there.
    private static async Task<(long Waiting, DateTimeOffset? Oldest, string[] Unplaceable)> ReadAsync(DbContext db, CancellationToken cancel)
    {
        await db.Database.OpenConnectionAsync(cancel);
        await using var read = new NpgsqlCommand($"""
            SELECT count(*), min(at) FILTER (WHERE why IS NULL), coalesce((array_agg(entry_id || ', because ' || why) FILTER (WHERE why IS NOT NULL))[:20], array[]::text[])
            FROM (SELECT p.entry_id, e.at, CASE
                      WHEN e.id IS NULL THEN 'there is no such entry'
                      WHEN NOT e.at {AuditHash.Readable} THEN 'its moment cannot be'
                      WHEN EXISTS (SELECT FROM audit_link l WHERE l.entry_id = e.id) THEN 'it has one' END AS why
                  FROM audit_pending p LEFT JOIN audit_entry e ON e.id = p.entry_id) w
            """, (NpgsqlConnection)db.Database.GetDbConnection()) { CommandTimeout = 10 };
        await using var row = await read.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        return (row.GetInt64(0), await row.IsDBNullAsync(1, cancel) ? null : row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<string[]>(2));
    }
}

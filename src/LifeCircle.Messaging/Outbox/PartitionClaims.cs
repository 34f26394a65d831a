using Npgsql;

namespace LifeCircle.Messaging.Outbox;

/// <summary>
/// The partitions that this replica sends, held as advisory locks of one database session. When the process or its
/// connection dies, PostgreSQL frees them at once and the other replicas take them over. Needs a real session: a pooler in
/// transaction mode (PgBouncer) must not stand between.
/// </summary>
internal sealed class PartitionClaims(NpgsqlConnection session)
{
    private const int LockClass = 0x4F55_5442; // "OUTB"
    private const int Presence = 1000;
    private readonly int _start = Random.Shared.Next(OutboxMessage.Partitions);
    private readonly List<short> _owned = [];

    public short[] Owned { get; private set; } = [];

    /// <summary>No other replica runs: every commit that concerns us wakes us.</summary>
    public bool IsAlone { get; private set; }

    /// <summary>Makes this replica countable. Everyone holds this lock, so nobody ever waits for it.</summary>
    public async Task EnterAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock_shared($1, $2)", session)
        {
            Parameters = { new() { Value = LockClass }, new() { Value = Presence } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Takes or gives up partitions until each replica has its fair share. Call it only while nothing is in flight.</summary>
    public async Task RebalanceAsync(CancellationToken ct)
    {
        var replicas = await CountReplicasAsync(ct);
        IsAlone = replicas <= 1;
        var share = (OutboxMessage.Partitions + replicas - 1) / Math.Max(replicas, 1);
        if (_owned.Count > share)
            await GiveUpAsync(_owned[share..], ct);
        else if (_owned.Count < share)
            await TakeAsync(share - _owned.Count, ct);
        Owned = [.. _owned];
    }

    private async Task<int> CountReplicasAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT count(*)::int FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND classid = $1 AND objid = $2
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """, session)
        {
            Parameters = { new() { Value = (uint)LockClass, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid }, new() { Value = (uint)Presence, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid } },
        };
        return (int)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task TakeAsync(int count, CancellationToken ct)
    {
        // Every replica tries in another order, so that they seldom meet. LIMIT stops the scan, so no lock too many is taken.
        var wanted = Enumerable.Range(_start, OutboxMessage.Partitions)
            .Select(p => (short)(p % OutboxMessage.Partitions)).Except(_owned).ToArray();
        await using var command = new NpgsqlCommand("SELECT p FROM unnest($2) AS p WHERE pg_try_advisory_lock($1, p) LIMIT $3", session)
        {
            Parameters = { new() { Value = LockClass }, new() { Value = wanted }, new() { Value = count } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            _owned.Add(reader.GetInt16(0));
    }

    private async Task GiveUpAsync(List<short> surplus, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock($1, p) FROM unnest($2) AS p", session)
        {
            Parameters = { new() { Value = LockClass }, new() { Value = surplus.ToArray() } },
        };
        await command.ExecuteNonQueryAsync(ct);
        _owned.RemoveRange(_owned.Count - surplus.Count, surplus.Count);
    }
}

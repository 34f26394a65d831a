using Npgsql;
using NpgsqlTypes;

namespace LifeCircle.Messaging.Outbox;

/// <summary>
/// A row as the relay reads it. Behind: an earlier row of its aggregate was refused and is not through yet. Unrouted: rows of the
/// same exchange wait for a queue.
/// </summary>
internal sealed record OutboxRow(
    Guid Id, long Position, Guid AggregateId, bool IsTimer, string Destination, byte[] Body, string? Traceparent, string? Tracestate,
    DateTimeOffset Since, int Attempts, bool Behind, bool Unrouted);

/// <summary>
/// The relay's statements, all on the session that holds the partitions: whoever lost the partitions cannot read or delete rows
/// either. Each statement commits by itself; none is open while messages are under way.
/// </summary>
internal sealed class OutboxTable(NpgsqlConnection session)
{
    // The age of a timer counts from when it was due: one that was set a month ago is not old when its hour comes.
    private const string Columns =
        "o.id, o.position, o.aggregate_id, o.aggregate_seq IS NULL, o.destination, o.body, o.traceparent, o.tracestate, " +
        "greatest(o.created_at, o.not_before), o.attempts";

    // OFFSET 0, here and below: one look into the index for each row. An empty outbox would let the planner choose to read all of the others
    // once instead, and keep to it when there are 100,000.
    // LATERAL: per partition the index gives the first rows in order; "partition = ANY" would sort the whole backlog.
    private const string NextBatch =
        $"""
        SELECT {Columns},
               o.aggregate_seq IS NOT NULL AND EXISTS (SELECT FROM outbox_message f WHERE f.aggregate_id = o.aggregate_id
                   AND f.attempts > 0 AND f.aggregate_seq IS NOT NULL AND f.position < o.position OFFSET 0),
               EXISTS (SELECT FROM outbox_message u WHERE u.partition = o.partition AND u.destination = o.destination AND u.status = 2 OFFSET 0)
        FROM unnest($1) AS p(partition)
        CROSS JOIN LATERAL (
            (SELECT * FROM outbox_message r WHERE r.partition = p.partition AND r.status = 0 ORDER BY r.position LIMIT $2)
            UNION ALL
            (SELECT * FROM outbox_message s WHERE s.partition = p.partition AND s.status = 1 AND s.not_before <= $3 ORDER BY s.not_before LIMIT $2)
        ) AS o
        """;

    // The recursion hops from one destination to the next through the index, whatever the number of waiting rows.
    private const string OldestUnrouted =
        $"""
        WITH RECURSIVE d AS (
            SELECT p.partition, (SELECT min(destination) FROM outbox_message WHERE partition = p.partition AND status = 2) AS destination
            FROM unnest($1) AS p(partition)
            UNION ALL
            SELECT d.partition, (SELECT min(destination) FROM outbox_message o
                WHERE o.partition = d.partition AND o.status = 2 AND o.destination > d.destination)
            FROM d WHERE d.destination IS NOT NULL
        )
        SELECT {Columns}, false, true FROM d CROSS JOIN LATERAL (
            SELECT * FROM outbox_message u WHERE u.partition = d.partition AND u.destination = d.destination AND u.status = 2
            ORDER BY u.position LIMIT 1) AS o
        WHERE d.destination IS NOT NULL
        """;

    // Each status by itself, as a constant: only so its own index serves, and nobody reads the table.
    private static readonly string Measure = string.Join(" UNION ALL ", Enum.GetValues<OutboxStatus>().Select(status =>
        $"""
        SELECT {(int)status}::smallint, (SELECT count(*) FROM (
            SELECT FROM outbox_message WHERE status = {(int)status} AND partition = ANY($1) LIMIT 100000) AS counted),
            {(status is OutboxStatus.Ready ? """
            (SELECT min(created_at) FROM unnest($1) AS p(partition), LATERAL (
                SELECT created_at FROM outbox_message r WHERE r.partition = p.partition AND r.status = 0 ORDER BY r.position LIMIT 1) AS f)
            """ : "NULL::timestamptz")}
        """));

    private const string Oldest =
        "SELECT o.id FROM unnest($1) AS p(partition) CROSS JOIN LATERAL (SELECT id FROM outbox_message u " +
        "WHERE u.partition = p.partition AND u.destination = $2 AND u.status = 2 AND greatest(u.created_at, u.not_before) < $3 " +
        "ORDER BY u.position LIMIT $4) AS o";

    /// <summary>Rows that may go out now, the first few of each partition.</summary>
    public Task<List<OutboxRow>> NextAsync(short[] partitions, int limit, DateTimeOffset now, CancellationToken ct) =>
        ReadAsync(NextBatch, ct, partitions, limit, now.ToUniversalTime());

    /// <summary>For every partition and exchange without a queue, the row that waits longest.</summary>
    public Task<List<OutboxRow>> OldestUnroutedAsync(short[] partitions, CancellationToken ct) => ReadAsync(OldestUnrouted, ct, partitions);

    /// <summary>Lets the oldest rows of an exchange go on, now that it has a queue; the rest still holds back newer ones. Returns how many.</summary>
    public Task<int> ReleaseUnroutedAsync(short[] partitions, string destination, int limit, CancellationToken ct) =>
        ExecuteAsync($"UPDATE outbox_message SET status = 0 WHERE id IN ({Oldest})", ct, partitions, destination, DateTimeOffset.MaxValue, limit);

    /// <summary>Drops rows that no one subscribed to. Returns how many.</summary>
    public Task<int> ExpireUnroutedAsync(short[] partitions, string destination, DateTimeOffset createdBefore, int limit, CancellationToken ct) =>
        ExecuteAsync($"DELETE FROM outbox_message WHERE id IN ({Oldest})", ct, partitions, destination, createdBefore.ToUniversalTime(), limit);

    /// <summary>Lets rows go on whose aggregate no longer has a refused one before them. Returns how many.</summary>
    public Task<int> ReleaseBehindAsync(short[] partitions, CancellationToken ct) => ExecuteAsync(
        """
        UPDATE outbox_message b SET status = 0 WHERE b.status = 3 AND b.partition = ANY($1) AND NOT EXISTS (
            SELECT FROM outbox_message f WHERE f.aggregate_id = b.aggregate_id AND f.attempts > 0 AND f.aggregate_seq IS NOT NULL AND f.position < b.position OFFSET 0)
        """, ct, partitions);

    /// <summary>Writes down what became of a batch, in one round trip and one transaction.</summary>
    public async Task RecordAsync(OutboxBatchResult result, DateTimeOffset now, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(session);
        if (result.Confirmed.Count > 0)
            batch.BatchCommands.Add(Command("DELETE FROM outbox_message WHERE id = ANY($1)", result.Confirmed.ConvertAll(r => r.Id)));
        if (result.Unrouted.Count > 0)
            batch.BatchCommands.Add(Command("UPDATE outbox_message SET status = 2 WHERE id = ANY($1)", result.Unrouted.ConvertAll(r => r.Id)));
        if (result.Behind.Count > 0)
            batch.BatchCommands.Add(Command("UPDATE outbox_message SET status = 3 WHERE id = ANY($1)", result.Behind.ConvertAll(r => r.Id)));
        foreach (var (row, error) in result.Refused)
        {
            var attempts = row.Attempts + 1;
            var park = attempts >= OutboxRelay.MaximumAttempts;
            batch.BatchCommands.Add(Command(
                "UPDATE outbox_message SET attempts = $2, last_error = $3, status = $4, not_before = $5, parked_at = $6 WHERE id = $1",
                row.Id, attempts, error, (short)(park ? OutboxStatus.Parked : OutboxStatus.Scheduled),
                (now + OutboxRelay.PauseAfter(attempts)).ToUniversalTime(), park ? now.ToUniversalTime() : DBNull.Value));
        }
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>When the next timer of these partitions is due.</summary>
    public async Task<DateTimeOffset?> NextDueAsync(short[] partitions, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "SELECT min(d) FROM unnest($1) AS p(partition), LATERAL (SELECT min(not_before) AS d FROM outbox_message s WHERE s.partition = p.partition AND s.status = 1) AS due", session)
        {
            Parameters = { new() { Value = partitions } },
        };
        return await command.ExecuteScalarAsync(ct) is DateTime due ? new DateTimeOffset(due) : null;
    }

    /// <summary>Rows by status (counted up to 100,000 each) and the age of the oldest ready one.</summary>
    public async Task<(Dictionary<OutboxStatus, long> Backlog, DateTimeOffset? Oldest)> MeasureAsync(short[] partitions, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Measure, session) { Parameters = { new() { Value = partitions } } };
        var backlog = new Dictionary<OutboxStatus, long>();
        DateTimeOffset? oldest = null;
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            backlog[(OutboxStatus)reader.GetInt16(0)] = reader.GetInt64(1);
            if (!await reader.IsDBNullAsync(2, ct))
                oldest = reader.GetFieldValue<DateTimeOffset>(2);
        }
        return (backlog, oldest);
    }

    private async Task<List<OutboxRow>> ReadAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, session);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        var rows = new List<OutboxRow>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows.Add(new OutboxRow(
                reader.GetGuid(0), reader.GetInt64(1), reader.GetGuid(2), reader.GetBoolean(3), reader.GetString(4),
                reader.GetFieldValue<byte[]>(5), await reader.IsDBNullAsync(6, ct) ? null : reader.GetString(6),
                await reader.IsDBNullAsync(7, ct) ? null : reader.GetString(7), reader.GetFieldValue<DateTimeOffset>(8), reader.GetInt32(9),
                reader.GetBoolean(10), reader.GetBoolean(11)));
        }
        return rows;
    }

    private async Task<int> ExecuteAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, session);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(ct);
    }

    private static NpgsqlBatchCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value == DBNull.Value
                ? new() { Value = value, NpgsqlDbType = NpgsqlDbType.TimestampTz }
                : new() { Value = value });
        }
        return command;
    }
}

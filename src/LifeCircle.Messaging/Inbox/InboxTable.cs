using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LifeCircle.Messaging.Inbox;

/// <summary>The inbox's statements, on the connection and in the transaction of the service's DbContext.</summary>
internal static class InboxTable
{
    /// <summary>How long a handled message is remembered. One that was sent longer ago could not be recognised, so it is not handled.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(14);

    /// <summary>
    /// Claims messages for the current transaction and returns those that were not handled before. Where another transaction has
    /// claimed one and is not finished, this waits for its end. Sorted, because two that claim in different order would deadlock.
    /// </summary>
    public static async Task<HashSet<Guid>> ClaimAsync(DbContext db, string endpoint, Guid[] messages, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = Command(db,
            """
            INSERT INTO inbox_message (endpoint, message_id, handled_at)
            SELECT $1, m, $3 FROM unnest($2) AS m ORDER BY m ON CONFLICT DO NOTHING RETURNING message_id
            """, endpoint, messages, now.ToUniversalTime());
        var claimed = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            claimed.Add(reader.GetGuid(0));
        return claimed;
    }

    /// <summary>
    /// Fails if a statement of the current transaction failed, although a consumer went on: PostgreSQL would answer its COMMIT with a
    /// ROLLBACK that looks like success, and everything that was handled in it would be lost.
    /// </summary>
    public static async Task RequireUsableAsync(DbContext db, CancellationToken ct)
    {
        await using var command = Command(db, "SELECT 1");
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Notes, outside any transaction, that the handling of a message begins; returns how often it has.</summary>
    public static async Task<int> BeginAttemptAsync(DbContext db, string endpoint, Guid message, DateTimeOffset now, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        await using var command = Command(db,
            """
            INSERT INTO inbox_attempt (endpoint, message_id, attempts, started_at) VALUES ($1, $2, 1, $3)
            ON CONFLICT (endpoint, message_id) DO UPDATE SET attempts = inbox_attempt.attempts + 1, started_at = $3 RETURNING attempts
            """, endpoint, message, now.ToUniversalTime());
        return (int)(await command.ExecuteScalarAsync(ct))!;
    }

    public static async Task EndAttemptsAsync(DbContext db, string endpoint, Guid message, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        await using var command = Command(db, "DELETE FROM inbox_attempt WHERE endpoint = $1 AND message_id = $2", endpoint, message);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Forgets messages beyond the retention, a portion at a time; several replicas do not wait for each other.</summary>
    public static async Task<int> ForgetAsync(DbContext db, DateTimeOffset handledBefore, int portion, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        await using var attempts = Command(db, "DELETE FROM inbox_attempt WHERE started_at < $1", handledBefore.ToUniversalTime());
        await attempts.ExecuteNonQueryAsync(ct);
        await using var command = Command(db,
            """
            DELETE FROM inbox_message WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM inbox_message WHERE handled_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))
            """, handledBefore.ToUniversalTime(), portion);
        return await command.ExecuteNonQueryAsync(ct);
    }

    private static NpgsqlCommand Command(DbContext db, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, (NpgsqlConnection)db.Database.GetDbConnection());
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }
}

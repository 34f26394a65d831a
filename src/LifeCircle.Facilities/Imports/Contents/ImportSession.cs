using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LifeCircle.Facilities.Imports.Contents;

/// <summary>A database session that is held for longer than a statement.</summary>
internal static class ImportSession
{
    /// <summary>Opens the context's connection until the context is disposed.</summary>
    public static async Task<NpgsqlConnection> OpenSessionAsync(this FacilitiesDbContext db, CancellationToken cancel)
    {
        await db.Database.OpenConnectionAsync(cancel);
        return (NpgsqlConnection)db.Database.GetDbConnection();
    }

    public static NpgsqlCommand Command(this NpgsqlConnection session, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, session);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    public static async Task ExecuteAsync(this NpgsqlConnection session, string sql, CancellationToken cancel)
    {
        await using var command = session.Command(sql);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>
    /// Undoes what a session was used for: its connection goes back to the pool as it is, for whoever comes next. If that fails, nobody gets
    /// it again. A broken connection has nothing left.
    /// </summary>
    public static async Task UndoAsync(this NpgsqlConnection session, string sql, params object[] values)
    {
        if (session.State is not System.Data.ConnectionState.Open) return;
        try
        {
            await using var command = session.Command(sql, values);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            NpgsqlConnection.ClearPool(session);
        }
    }
}

/// <summary>An advisory lock of a session: PostgreSQL frees it when the session, its process or its machine dies.</summary>
internal sealed class SessionLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _session;
    private readonly string _name;

    private SessionLock(NpgsqlConnection session, string name) => (_session, _name) = (session, name);

    /// <summary>Never waits. Null: somebody else has it.</summary>
    public static async Task<SessionLock?> TryTakeAsync(NpgsqlConnection session, string name, CancellationToken cancel)
    {
        // Without this the server would notice the death of a process only once the statement ends that it was busy with. It stays; it harms nobody.
        await session.ExecuteAsync("SET client_connection_check_interval = '1s'", cancel);
        await using var take = session.Command("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name);
        // Not to be cancelled between the lock and the answer: nobody would free it.
        return (bool)(await take.ExecuteScalarAsync(CancellationToken.None))! ? new SessionLock(session, name) : null;
    }

    public async ValueTask DisposeAsync() => await _session.UndoAsync("SELECT pg_advisory_unlock(hashtextextended($1, 0))", _name);
}

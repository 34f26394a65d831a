using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LifeCircle.ServiceDefaults;

/// <summary>What a failure of the database means.</summary>
public static class DatabaseFault
{
    // Where two changes make the same version, the second may meet one of these before the row itself: of LifeCircle.Messaging, one event a version,
    private const string OneEventAVersion = "ux_outbox_message_aggregate_seq";

    // and of the services, whose constraints are named so if they hold one row a version.
    private const string OneRowAVersion = "_version";

    /// <summary>The server is away, starting, stopping, out of connections, out of disk, read-only, or too slow. It passes by itself.</summary>
    public static bool IsTransient(Exception? exception) => Find<NpgsqlException>(exception) switch
    {
        null => false,
        PostgresException { SqlState: ['0', '8', ..] or ['5', '3', ..] or ['5', '7', 'P', ..] or ['5', '8', ..] } => true,
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.ReadOnlySqlTransaction } => true,
        var other => other is not PostgresException && other.IsTransient,
    };

    /// <summary>Two changes met, and this one gave way; the same work succeeds when it is done again.</summary>
    public static bool IsCollision(Exception? exception) => IsOvertaken(exception)
        || Find<PostgresException>(exception)?.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
        || IsDuplicate(exception, IdempotencyTable.PrimaryKey);

    /// <summary>A lock was not to be had in the time that the transaction gives itself for it.</summary>
    public static bool IsLockTimeout(Exception? exception) => Find<PostgresException>(exception)?.SqlState is PostgresErrorCodes.LockNotAvailable;

    /// <summary>A row is no longer what it was when it was read.</summary>
    public static bool IsOvertaken(Exception? exception) =>
        Find<DbUpdateConcurrencyException>(exception) is not null || IsDuplicate(exception, OneEventAVersion)
        || DuplicateIn(exception)?.EndsWith(OneRowAVersion, StringComparison.Ordinal) is true;

    /// <summary>A unique index or primary key of this name refused a row.</summary>
    public static bool IsDuplicate(Exception? exception, string constraint) => DuplicateIn(exception) == constraint;

    /// <summary>A NUL, which JSON may hold and PostgreSQL may not.</summary>
    internal static bool IsUnstorable(Exception? exception) => Find<PostgresException>(exception)?.SqlState is
        PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter;

    private static string? DuplicateIn(Exception? exception) =>
        Find<PostgresException>(exception) is { SqlState: PostgresErrorCodes.UniqueViolation } violation ? violation.ConstraintName : null;

    private static T? Find<T>(Exception? exception) where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
            if (exception is T found) return found;
        return null;
    }
}

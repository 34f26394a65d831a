using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LifeCircle.Messaging.Inbox;

/// <summary>Which failures of a handler are worth another try, and when.</summary>
internal static class InboxRetry
{
    private const int TriesOnConflict = 10;
    private const int Tries = 3;
    private static readonly TimeSpan LongestWaitForDatabase = TimeSpan.FromSeconds(15);

    /// <summary>How long to wait before the next try; null if there is none.</summary>
    public static TimeSpan? PauseAfter(Exception error, int failures)
    {
        if (IsDatabaseAway(error))
        {
            // For as long as it takes: an hour without a database must not fill the error queues. Prefetch bounds what waits.
            var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(failures, 4) - 1));
            return pause < LongestWaitForDatabase ? pause : LongestWaitForDatabase;
        }
        if (IsConflict(error))
            return failures < TriesOnConflict ? TimeSpan.FromMilliseconds(Random.Shared.Next(5, 20 * failures + 5)) : null;
        return failures < Tries ? TimeSpan.FromMilliseconds(200 * failures) : null;
    }

    private static bool IsConflict(Exception error) => Causes(error).Any(e =>
        e is DbUpdateConcurrencyException
        or PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable });

    private static bool IsDatabaseAway(Exception error) => Causes(error).Any(e => e switch
    {
        PostgresException { SqlState: var state } => state.StartsWith("08", StringComparison.Ordinal) // connection
            || state.StartsWith("57P", StringComparison.Ordinal) // shutdown, crash, cannot connect now
            || state is PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.DiskFull or PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException { InnerException: SocketException or IOException or TimeoutException } => true,
        NpgsqlException npgsql => npgsql.IsTransient,
        _ => false,
    });

    private static IEnumerable<Exception> Causes(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            yield return error;
    }
}

using System.Runtime.CompilerServices;
using Npgsql;

namespace LifeCircle.ServiceDefaults;

/// <summary>Where checkpoints are read from.</summary>
internal static class CheckpointSources
{
    // A moment that we cannot read has signed nobody: the row is read all the same, and its signature does not fit.
    private const string Columns = $"service, number, hash, CASE WHEN at {AuditHash.Readable} THEN at END, key_id, signature";

    /// <summary>Those in the database, a page at a time, because the connection is needed in between.</summary>
    public static async IAsyncEnumerable<AuditCheckpoint> StoredAsync(NpgsqlConnection connection, [EnumeratorCancellation] CancellationToken cancel)
    {
        const string After = $"SELECT {Columns} FROM audit_checkpoint WHERE number > $1 ORDER BY number LIMIT 1000";
        for (var page = await ReadAsync(connection, After, long.MinValue, cancel); page.Count > 0; page = await ReadAsync(connection, After, page[^1].Number, cancel))
            foreach (var checkpoint in page) yield return checkpoint;
    }

    /// <summary>The last one in the database, if any.</summary>
    public static async Task<AuditCheckpoint?> LastAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        (await ReadAsync(connection, $"SELECT {Columns} FROM audit_checkpoint WHERE number > $1 ORDER BY number DESC LIMIT 1", long.MinValue, cancel)).SingleOrDefault();

    /// <summary>The hashes at these numbers, where there are any.</summary>
    public static async Task<Dictionary<long, byte[]>> HashesAsync(NpgsqlConnection connection, long[] numbers, CancellationToken cancel, string table = "audit_link")
    {
        await using var find = new NpgsqlCommand($"SELECT number, hash FROM {table} WHERE number = ANY ($1)", connection);
        find.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = numbers });
        await using var rows = await find.ExecuteReaderAsync(cancel);
        var hashes = new Dictionary<long, byte[]>();
        while (await rows.ReadAsync(cancel)) hashes[rows.GetInt64(0)] = rows.GetFieldValue<byte[]>(1);
        return hashes;
    }

    private static async Task<List<AuditCheckpoint>> ReadAsync(NpgsqlConnection connection, string sql, long after, CancellationToken cancel)
    {
        await using var read = new NpgsqlCommand(sql, connection);
        read.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        await using var rows = await read.ExecuteReaderAsync(cancel);
        var page = new List<AuditCheckpoint>();
        while (await rows.ReadAsync(cancel))
            page.Add(new AuditCheckpoint
            {
                Service = rows.GetString(0),
                Number = rows.GetInt64(1),
                Hash = rows.GetFieldValue<byte[]>(2),
                At = await rows.IsDBNullAsync(3, cancel) ? default : rows.GetFieldValue<DateTimeOffset>(3),
                KeyId = rows.GetString(4),
                Signature = rows.GetFieldValue<byte[]>(5),
            });
        return page;
    }
}

/// <summary>A file that checkpoints were copied to, or the log.</summary>
/// <param name="path">A file, or something like a pipe.</param>
/// <param name="service">Whose checkpoints are looked for.</param>
internal sealed class CheckpointCopy(string path, string service)
{
    private readonly int _lines = CountLines(path);
    private int _firstStrange;

    /// <summary>Checkpoints of other services, which are not judged.</summary>
    public long OfOthers { get; private set; }

    /// <summary>How many lines hold none. One of them may be half-written; in a log they are many.</summary>
    public long Strange { get; private set; }

    /// <summary>What the lines without a checkpoint are called.</summary>
    public string StrangeLines => $"{Strange} lines of {path}, from line {_firstStrange} on, hold no checkpoint";

    /// <summary>The service's own. Lines that have come since the file was opened are left out: they tell of what came after the snapshot.</summary>
    public async IAsyncEnumerable<AuditCheckpoint> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancel))
        {
            if (++number > _lines) break;
            if (AuditCheckpoint.OfLine(line) is { } checkpoint)
            {
                if (checkpoint.Service == service) yield return checkpoint;
                else OfOthers++;
            }
            else if (line.Length > 0 && Strange++ == 0)
            {
                _firstStrange = number;
            }
        }
    }

    private static int CountLines(string path)
    {
        using (var file = File.OpenRead(path))
            if (!file.CanSeek) return int.MaxValue;
        return File.ReadLines(path).Count();
    }
}

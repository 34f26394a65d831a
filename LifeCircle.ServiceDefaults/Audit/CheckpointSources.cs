using System.Runtime.CompilerServices;
using Npgsql;

namespace LifeCircle.ServiceDefaults;

/// <summary>Where checkpoints are read from.</summary>
internal static class CheckpointSources
{
    private const int Page = 1000;

    /// <summary>Those in the database, a page at a time, because the connection is needed in between.</summary>
    public static async IAsyncEnumerable<AuditCheckpoint> StoredAsync(NpgsqlConnection connection, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var page = await PageAsync(connection, 0, cancel); page.Count > 0; page = await PageAsync(connection, page[^1].Number, cancel))
            foreach (var checkpoint in page) yield return checkpoint;
    }

    /// <summary>Those in a file; lines of the log do as well. One that cannot be read may be half-written: it is told, since it tells nothing.</summary>
    public static async IAsyncEnumerable<AuditCheckpoint> CopiedAsync(string file, TextWriter output, [EnumeratorCancellation] CancellationToken cancel)
    {
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(file, cancel))
        {
            number++;
            if (AuditCheckpoint.OfLine(line[Math.Max(line.IndexOf('{', StringComparison.Ordinal), 0)..]) is { } checkpoint) yield return checkpoint;
            else if (line.Length > 0) await output.WriteLineAsync($"line {number} of {file} is no checkpoint");
        }
    }

    private static async Task<List<AuditCheckpoint>> PageAsync(NpgsqlConnection connection, long after, CancellationToken cancel)
    {
        await using var read = new NpgsqlCommand(
            $"SELECT service, number, hash, at, key_id, signature FROM audit_checkpoint WHERE number > $1 ORDER BY number LIMIT {Page}", connection);
        read.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        await using var rows = await read.ExecuteReaderAsync(cancel);
        var page = new List<AuditCheckpoint>();
        while (await rows.ReadAsync(cancel))
            page.Add(new AuditCheckpoint
            {
                Service = rows.GetString(0),
                Number = rows.GetInt64(1),
                Hash = rows.GetFieldValue<byte[]>(2),
                At = rows.GetFieldValue<DateTimeOffset>(3),
                KeyId = rows.GetString(4),
                Signature = rows.GetFieldValue<byte[]>(5),
            });
        return page;
    }
}

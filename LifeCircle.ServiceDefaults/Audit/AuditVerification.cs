using System.Globalization;
using Npgsql;

namespace LifeCircle.ServiceDefaults;

/// <summary>Reads an audit in one go, in flat memory, and prints what is wrong with it.</summary>
internal sealed class AuditVerification(
    NpgsqlConnection connection, string service, CheckpointKeys keys, TimeSpan interval, TimeProvider clock, TextWriter output)
{
    private const int Printed = 20;
    private const int Chunk = 1000;
    private const int Compared = 500; // places whose entry does not fit, compared each with each

    // With an entry that waits for its place, about a second while the service runs, or for its checkpoint.
    private readonly TimeSpan _patience = TimeSpan.FromMinutes(Math.Max(5, 5 * interval.TotalMinutes));
    private readonly List<Place> _unfit = [];
    private long _head;
    private long _faults;
    private (long Number, string What)? _first;

    /// <summary>Whether all is well.</summary>
    public async Task<bool> RunAsync(string? file, CancellationToken cancel)
    {
        var copy = file is not null && Path.Exists(file) ? new CheckpointCopy(file, service) : null; // before the snapshot, which begins with the first query
        await ReadChainAsync(cancel);
        await TellUnfitAsync();
        var (waiting, since) = await ReadUnplacedAsync(cancel);
        var (stored, covered) = await CompareAsync(CheckpointSources.StoredAsync(connection, cancel), "in the database", isCopy: false, cancel);
        // The pass that places the first entries signs a checkpoint.
        if (stored == 0 && _head > 0) await BadAsync(null, "deleted: there are entries, and all checkpoints are gone");
        else await ReadUncoveredAsync(covered, cancel);
        var copied = copy is null ? 0 : (await CompareAsync(copy.ReadAsync(cancel), $"in {file}", isCopy: true, cancel)).Count;
        if (file is not null && copied == 0 && stored > 0)
            await BadAsync(null, Text($"forged checkpoint: {file} {(copy is null ? "is gone" : "holds none")}, and the database {stored:N0}"));

        await output.WriteLineAsync(Text($"{_head:N0} entries, {stored:N0} checkpoints in the database, {copied:N0} in a file"));
        if (copy is { OfOthers: > 0 }) await output.WriteLineAsync(Text($"{copy.OfOthers:N0} checkpoints of other services in {file} were not looked at"));
        if (copy is { Strange: > 0 }) await output.WriteLineAsync(copy.StrangeLines);
        if (waiting > 0) await output.WriteLineAsync(Text($"{waiting:N0} entries wait for their place, the oldest since {since:u}"));
        if (file is null) await output.WriteLineAsync("No file of checkpoints was read: a tail that was cut off together with its checkpoints is not seen.");
        if (keys.Current is var (id, half)) await output.WriteLineAsync($"Checkpoints are signed by key {id}, whose public half is {half}");
        await output.WriteLineAsync(_faults == 0 ? "The audit is whole." : _first is var (number, what)
            ? Text($"The audit is NOT whole: {_faults:N0} faults, the first at entry {number}: {what}")
            : Text($"The audit is NOT whole: {_faults:N0} faults outside of the chain."));
        return _faults == 0;
    }

    private async Task ReadChainAsync(CancellationToken cancel)
    {
        await using var all = Command($"SELECT l.number, l.previous, l.hash, {AuditHash.ReadableColumns} FROM audit_link l LEFT JOIN audit_entry e ON e.id = l.entry_id ORDER BY l.number");
        await using var rows = await all.ExecuteReaderAsync(cancel);
        var (before, fits) = (AuditHash.Beginning, true);
        while (await rows.ReadAsync(cancel))
        {
            var (number, previous, hash) = (rows.GetInt64(0), rows.GetFieldValue<byte[]>(1), rows.GetFieldValue<byte[]>(2));
            var isThere = !await rows.IsDBNullAsync(3, cancel);
            var place = isThere && !await rows.IsDBNullAsync(4, cancel) ? new Place(number, previous, hash, AuditHash.Read(rows, 3)) : null;
            var (beforeFits, isNext) = (fits, previous.AsSpan().SequenceEqual(before));
            fits = place?.Fits == true;
            if (number != _head + 1) await BadAsync(_head + 1, Text($"deleted, up to entry {number - 1}"));
            // Both are as their hashes say, and yet the later one followed another: the earlier one is at fault.
            else if (beforeFits && fits && !isNext) await BadAsync(Math.Max(number - 1, 1), Text($"edited and hashed anew: entry {number} follows another one"));
            if (place is null) await BadAsync(number, isThere ? "edited: its moment cannot be" : "deleted");
            else if (!fits && _unfit.Count < Compared) _unfit.Add(place);
            else if (!fits) await BadAsync(number, "edited or reordered");
            (_head, before) = (number, hash);
            if (number % 100_000 == 0) await output.WriteLineAsync(Text($"... {number:N0} entries"));
        }
    }

    // An entry that fits another's place, or that fitted its link at another number, was moved; any other is not as it was.
    private async Task TellUnfitAsync()
    {
        foreach (var place in _unfit)
        {
            var home = _unfit.FirstOrDefault(other => (other with { Entry = place.Entry }).Fits || (place with { Number = other.Number }).Fits);
            await BadAsync(place.Number, home is null ? "edited" : Text($"reordered: it was entry {home.Number}"));
        }
    }

    // An entry without a place waits for one; if it does not even wait, somebody has taken it out. One whose time is not near has waited too long,
    // or was edited while it did. Returns how many wait, and since when.
    private async Task<(long Waiting, DateTimeOffset? Since)> ReadUnplacedAsync(CancellationToken cancel)
    {
        await using var unplaced = Command($"""
            SELECT count(*) FILTER (WHERE e.id IS NOT NULL AND p.entry_id IS NOT NULL), count(*) FILTER (WHERE p.entry_id IS NULL),
                   count(*) FILTER (WHERE e.id IS NULL), min(e.at) FILTER (WHERE p.entry_id IS NOT NULL AND e.at {AuditHash.Readable}),
                   count(*) FILTER (WHERE p.entry_id IS NOT NULL AND e.at NOT BETWEEN $1 AND $2), min(e.id::text) FILTER (WHERE p.entry_id IS NOT NULL AND e.at NOT BETWEEN $1 AND $2)
            FROM (SELECT e.id, e.at FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_link l WHERE l.entry_id = e.id)) e
            FULL JOIN audit_pending p ON p.entry_id = e.id
            """);
        AddNear(unplaced);
        await using var counts = await unplaced.ExecuteReaderAsync(cancel);
        await counts.ReadAsync(cancel);
        if (counts.GetInt64(1) is > 0 and var removed) await BadAsync(null, Text($"deleted: the places of {removed} entries in the chain"));
        if (counts.GetInt64(2) is > 0 and var deleted) await BadAsync(null, Text($"deleted: {deleted} entries while they waited, or they wait though they have a place"));
        if (counts.GetInt64(4) is > 0 and var late)
            await BadAsync(null, Text($"kept from the chain: {late} entries, e.g. {counts.GetString(5)}, are not of the last {_patience.TotalMinutes} minutes and have no places"));
        return (counts.GetInt64(0), await counts.IsDBNullAsync(3, cancel) ? null : counts.GetFieldValue<DateTimeOffset>(3));
    }

    // The end of the chain is covered within the interval; if it is old, signing was prevented, or its checkpoints were deleted.
    private async Task ReadUncoveredAsync(long covered, CancellationToken cancel)
    {
        await using var uncovered = Command("""
            SELECT l.number FROM audit_link l JOIN audit_entry e ON e.id = l.entry_id WHERE l.number > $3 AND e.at NOT BETWEEN $1 AND $2 ORDER BY l.number LIMIT 1
            """);
        AddNear(uncovered);
        uncovered.Parameters.Add(new NpgsqlParameter<long> { TypedValue = covered });
        if (await uncovered.ExecuteScalarAsync(cancel) is long number)
            await BadAsync(number, Text($"not covered: up to entry {_head} there should be a checkpoint by now, and there is none"));
    }

    private async Task<(long Count, long Covered)> CompareAsync(IAsyncEnumerable<AuditCheckpoint> checkpoints, string where, bool isCopy, CancellationToken cancel)
    {
        var (count, lastGood) = (0L, 0L);
        await foreach (var some in checkpoints.Chunk(Chunk).WithCancellation(cancel))
        {
            long[] numbers = [.. some.Select(checkpoint => checkpoint.Number)];
            var hashes = await CheckpointSources.HashesAsync(connection, numbers, cancel);
            var stored = isCopy ? await CheckpointSources.HashesAsync(connection, numbers, cancel, "audit_checkpoint") : null;
            foreach (var checkpoint in some)
            {
                count++;
                if (checkpoint.Service != service || !keys.Verify(checkpoint))
                    await BadAsync(checkpoint.Number, $"forged checkpoint {where}, or one of another service, or its key {checkpoint.KeyId} is not known");
                else if (checkpoint.Number > _head)
                    await BadAsync(_head + 1, Text($"cut-off tail: a checkpoint {where} of {checkpoint.At:u} tells of entry {checkpoint.Number}"));
                else if (hashes.TryGetValue(checkpoint.Number, out var hash) && hash.AsSpan().SequenceEqual(checkpoint.Hash))
                {
                    lastGood = Math.Max(lastGood, checkpoint.Number);
                    if (stored?.ContainsKey(checkpoint.Number) == false) await BadAsync(checkpoint.Number, $"deleted checkpoint: it is {where} and not in the database");
                }
                else if (!(_first?.Number > lastGood && _first?.Number <= checkpoint.Number)) // what was found there explains it
                    await BadAsync(lastGood + 1, Text($"rewritten, here or up to entry {checkpoint.Number}, which is not that of its checkpoint {where}"));
            }
        }
        return (count, lastGood);
    }

    private void AddNear(NpgsqlCommand command)
    {
        var now = clock.GetUtcNow();
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now - _patience });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now + _patience });
    }

    private async Task BadAsync(long? number, string what)
    {
        _faults++;
        if (number is { } at && (_first is null || at < _first.Value.Number)) _first = (at, what);
        if (_faults <= Printed) await output.WriteLineAsync(number is null ? $"BAD {what}" : Text($"BAD entry {number}: {what}"));
        if (_faults == Printed) await output.WriteLineAsync("... the rest is counted only");
    }

    // No time limit: an audit of years takes minutes.
    private NpgsqlCommand Command(string sql) => new(sql, connection) { CommandTimeout = 0 };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>An entry where the chain has it.</summary>
    private sealed record Place(long Number, byte[] Previous, byte[] Hash, AuditEntry Entry)
    {
        public bool Fits => AuditHash.Of(Number, Previous, Entry).AsSpan().SequenceEqual(Hash);
    }
}

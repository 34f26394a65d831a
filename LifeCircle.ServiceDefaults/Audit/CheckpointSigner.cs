using Microsoft.Extensions.Logging;
using Npgsql;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Signs the chain's head, if the last checkpoint still holds. A signature on a chain that was written anew would make it the true one, so then
/// nothing is signed until the database is as it was: a person must look. After a backup was restored under a running service it must start again.
/// </summary>
internal sealed class CheckpointSigner(string service, AuditSettings rules, CheckpointKeys keys, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Repetition = TimeSpan.FromMinutes(1);

    private DateTimeOffset? _told;

    /// <summary>The last one that was seen to hold.</summary>
    public AuditCheckpoint? Last { get; private set; }

    /// <summary>A checkpoint to be stored, or null if none is due or the last one does not hold.</summary>
    /// <param name="transaction">The chain is ours in it.</param>
    /// <param name="stored">The head in the database.</param>
    /// <param name="head">What the head will be.</param>
    /// <param name="cancel">A stop.</param>
    public async Task<AuditCheckpoint?> SignAsync(NpgsqlTransaction transaction, AuditLink? stored, AuditLink? head, CancellationToken cancel)
    {
        var last = await CheckpointSources.LastAsync(transaction.Connection!, cancel);
        var now = clock.GetUtcNow();
        if (await ObjectionAsync(transaction, stored, last, cancel) is { } objection)
        {
            if (now - _told < Repetition) return null;
            _told = now;
            logger.LogCritical("The audit is not signed any more, because {Objection}. Run verify-audit", objection);
            return null;
        }
        Last = last;
        if (head is null) return null;
        if (last is not null && (head.Number <= last.Number
            || (head.Number - last.Number < rules.EntriesPerCheckpoint && now - last.At < rules.CheckpointInterval))) return null;
        return keys.Sign(service, head.Number, head.Hash, AuditTrail.Stored(now));
    }

    /// <summary>It is committed.</summary>
    public void Remember(AuditCheckpoint made) => Last = made;

    private async Task<string?> ObjectionAsync(NpgsqlTransaction transaction, AuditLink? stored, AuditCheckpoint? last, CancellationToken cancel)
    {
        if (Last is not null && !(last?.Number >= Last.Number)) return $"the checkpoint of entry {Last.Number} is gone";
        // The first pass that places entries signs one.
        if (last is null) return stored is null ? null : "there are entries and no checkpoint";
        if (last.Service != service || !keys.Verify(last))
            return $"the last checkpoint, of entry {last.Number}, is forged, or its key {last.KeyId} is not known: a replaced one belongs to Audit__PublicKeys";
        var hashes = await CheckpointSources.HashesAsync(transaction.Connection!, [last.Number, Last?.Number ?? last.Number], cancel);
        foreach (var checkpoint in (AuditCheckpoint[])[Last ?? last, last])
        {
            if (!hashes.TryGetValue(checkpoint.Number, out var hash) || !hash.AsSpan().SequenceEqual(checkpoint.Hash))
                return $"the chain was cut off or written anew: entry {checkpoint.Number} is not that of its checkpoint";
        }
        return null;
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Gives committed entries their places in the chain, one replica at a time, and signs checkpoints of its head.
/// Chaining them within their own transactions would make every audited change wait for the commit of the one before it, and a long import for
/// all. So a transaction inserts its entry unchained, which needs no lock, and the chain gets it within about a second. What that leaves open:
/// the service's role can change no entry from the first moment on; an administrator of the database can, unseen, in that second, and can cut
/// off or rewrite the end of the chain that no checkpoint covers yet. Whatever a checkpoint covers can be rewritten by those only who also have
/// its key and reach every place that checkpoints were copied to. An entry that never gets a place is found by <c>verify-audit</c> too.
/// </summary>
internal sealed class AuditChain<TContext>(
    IServiceScopeFactory scopes, ServiceName service, IOptions<AuditSettings> settings, CheckpointKeys keys, TimeProvider clock,
    ILogger<AuditChain<TContext>> logger) : BackgroundService
    where TContext : DbContext
{
    private const int Batch = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await ExtendAsync(stoppingToken) == Batch) { }
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(fault, "The audit's chain could not be extended; trying again in a second");
            }
        }
    }

    /// <summary>Places up to a batch of entries. Returns how many.</summary>
    private async Task<int> ExtendAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TContext>();
        AuditCheckpoint? made;
        int placed;
        await using (var transaction = await db.Database.BeginTransactionAsync(cancel))
        {
            if (!await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock(hashtextextended('audit chain', 0)) AS \"Value\"").SingleAsync(cancel)) return 0;
            // Statements of their own: they must see what the replica before this one has placed.
            var head = await db.Set<AuditLink>().AsNoTracking().OrderByDescending(link => link.Number).FirstOrDefaultAsync(cancel);
            var links = Chain(head, await PendingAsync(transaction, cancel));
            if (links.Count > 0) await PlaceAsync(transaction, links, cancel);
            made = await CheckpointAsync(db, links.LastOrDefault() ?? head, cancel);
            if (links.Count == 0 && made is null) return 0;
            await transaction.CommitAsync(cancel);
            placed = links.Count;
        }
        if (made is not null) await PublishAsync(made, cancel);
        return placed;
    }

    private static async Task<List<AuditEntry>> PendingAsync(IDbContextTransaction transaction, CancellationToken cancel)
    {
        await using var pending = Command(transaction,
            $"SELECT {AuditHash.Columns} FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id ORDER BY p.entry_id LIMIT {Batch}");
        await using var rows = await pending.ExecuteReaderAsync(cancel);
        var entries = new List<AuditEntry>();
        while (await rows.ReadAsync(cancel)) entries.Add(AuditHash.Read(rows, 0));
        return entries;
    }

    private static List<AuditLink> Chain(AuditLink? head, List<AuditEntry> entries)
    {
        var (number, previous) = (head?.Number ?? 0, head?.Hash ?? AuditHash.Beginning);
        var links = new List<AuditLink>(entries.Count);
        foreach (var entry in entries)
        {
            number++;
            var link = new AuditLink { Number = number, EntryId = entry.Id, Previous = previous, Hash = AuditHash.Of(number, previous, entry) };
            links.Add(link);
            previous = link.Hash;
        }
        return links;
    }

    private static async Task PlaceAsync(IDbContextTransaction transaction, List<AuditLink> links, CancellationToken cancel)
    {
        await using var place = Command(transaction, """
            WITH placed AS (DELETE FROM audit_pending WHERE entry_id = ANY ($2))
            INSERT INTO audit_link (number, entry_id, previous, hash) SELECT * FROM unnest($1, $2, $3, $4)
            """);
        place.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. links.Select(link => link.Number)] });
        place.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. links.Select(link => link.EntryId)] });
        place.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. links.Select(link => link.Previous)] });
        place.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. links.Select(link => link.Hash)] });
        await place.ExecuteNonQueryAsync(cancel);
    }

    private async Task<AuditCheckpoint?> CheckpointAsync(TContext db, AuditLink? head, CancellationToken cancel)
    {
        if (head is null) return null;
        var last = await db.Set<AuditCheckpoint>().AsNoTracking().OrderByDescending(checkpoint => checkpoint.Number)
            .Select(checkpoint => new { checkpoint.Number, checkpoint.At }).FirstOrDefaultAsync(cancel);
        var now = clock.GetUtcNow();
        var rules = settings.Value;
        if (last is not null && (head.Number <= last.Number
            || (head.Number - last.Number < rules.EntriesPerCheckpoint && now - last.At < rules.CheckpointInterval))) return null;
        var checkpoint = keys.Sign(service.Value, head.Number, head.Hash, AuditTrail.Stored(now));
        db.Add(checkpoint);
        await db.SaveChangesAsync(cancel);
        return checkpoint;
    }

    // Whoever can cut the chain can cut the table of checkpoints as well, so each goes to the log and, if there is one, to the file.
    private async Task PublishAsync(AuditCheckpoint checkpoint, CancellationToken cancel)
    {
        var line = checkpoint.ToLine();
        logger.LogInformation("Audit checkpoint {Checkpoint}", line);
        if (settings.Value.CheckpointFile is not { Length: > 0 } file) return;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await File.AppendAllTextAsync(file, line + "\n", cancel);
                return;
            }
            catch (IOException) when (attempt < 5) // another replica writes to it
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20 * attempt), cancel);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                logger.LogError(fault, "Audit checkpoint {Number} is in the log and the database, but could not be written to {File}", checkpoint.Number, file);
                return;
            }
        }
    }

    private static NpgsqlCommand Command(IDbContextTransaction transaction, string sql)
    {
        var raw = (NpgsqlTransaction)transaction.GetDbTransaction();
        return new NpgsqlCommand(sql, raw.Connection, raw);
    }
}

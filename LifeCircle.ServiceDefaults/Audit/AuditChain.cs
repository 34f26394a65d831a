using System.Diagnostics.Metrics;
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
/// off or rewrite the end of the chain that no checkpoint covers yet. Who holds the chain up to lengthen that second is told of after a minute
/// (<see cref="AuditWatch"/>). Whatever a checkpoint covers can be rewritten by those only who also have its key and reach every place that
/// checkpoints were copied to. An entry that never gets a place is found by <c>verify-audit</c> too.
/// </summary>
internal sealed class AuditChain<TContext>(
    IServiceScopeFactory scopes, ServiceName service, IOptions<AuditSettings> settings, CheckpointKeys keys, TimeProvider clock, IMeterFactory meters,
    ILogger<AuditChain<TContext>> logger) : BackgroundService
    where TContext : DbContext
{
    private const int Batch = 1000;

    private readonly AuditWatch _watch = new(clock, meters, logger);
    private readonly CheckpointSigner _signer = new(service.Value, settings.Value, keys, clock, logger);
    private readonly CheckpointCopies _copies = new(settings.Value.CheckpointFile, logger);

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
            await using var scope = scopes.CreateAsyncScope();
            await _watch.LookAsync(scope.ServiceProvider.GetRequiredService<TContext>(), stoppingToken);
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
            if (!await TakeTurnAsync(transaction, cancel)) return 0;
            // Statements of their own: they must see what the replica before this one has placed.
            var head = await db.Set<AuditLink>().AsNoTracking().OrderByDescending(link => link.Number).FirstOrDefaultAsync(cancel);
            var links = Chain(head, await PendingAsync(transaction, cancel));
            made = await _signer.SignAsync(Raw(transaction), head, links.LastOrDefault() ?? head, cancel);
            if (links.Count > 0) await PlaceAsync(transaction, links, cancel);
            if (made is not null)
            {
                db.Add(made);
                await db.SaveChangesAsync(cancel);
            }
            if (links.Count > 0 || made is not null) await transaction.CommitAsync(cancel);
            placed = links.Count;
        }
        _watch.HasPassed();
        if (made is not null) _signer.Remember(made);
        // Whoever can cut the chain can cut the table of checkpoints as well. A stop does not come between: what is signed is copied.
        if (_signer.Last is { } last) await _copies.KeepAsync(last, isOurs: made is not null);
        return placed;
    }

    // Each replica's turn is short, so a second is enough to wait for; more than that is somebody who holds the chain up. A replica that is
    // frozen in the middle loses its turn.
    private static async Task<bool> TakeTurnAsync(IDbContextTransaction transaction, CancellationToken cancel)
    {
        try
        {
            await using var turn = Command(transaction, """
                SET LOCAL lock_timeout = '1s';
                SET LOCAL idle_in_transaction_session_timeout = '30s';
                SELECT pg_advisory_xact_lock(hashtextextended('audit chain', 0));
                """);
            await turn.ExecuteNonQueryAsync(cancel);
            return true;
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
    }

    private static async Task<List<AuditEntry>> PendingAsync(IDbContextTransaction transaction, CancellationToken cancel)
    {
        await using var pending = Command(transaction, $"""
            SELECT {AuditHash.Columns} FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id
            WHERE e.at {AuditHash.Readable} AND NOT EXISTS (SELECT FROM audit_link l WHERE l.entry_id = e.id)
            ORDER BY p.entry_id LIMIT {Batch}
            """);
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

    private static NpgsqlTransaction Raw(IDbContextTransaction transaction) => (NpgsqlTransaction)transaction.GetDbTransaction();

    private static NpgsqlCommand Command(IDbContextTransaction transaction, string sql) => new(sql, Raw(transaction).Connection, Raw(transaction));
}

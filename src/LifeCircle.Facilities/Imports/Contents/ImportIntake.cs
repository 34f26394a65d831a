using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LifeCircle.Facilities.Imports.Contents;

/// <summary>
/// Takes contents in, piece by piece, in constant memory, and lets an import be seen once it is complete. Each piece is a short transaction
/// of its own: one that stayed open as long as a slow client sends would hold up the clean-up of the whole database.
/// What stays behind when a replica dies in the middle is swept away by <see cref="ImportCleanup"/>.
/// </summary>
internal sealed class ImportIntake(IServiceScopeFactory scopes, ImportSignal signal, IOptions<ImportOptions> options, TimeProvider clock) : IDisposable
{
    public const int ChunkBytes = 512 * 1024;

    private readonly SemaphoreSlim _slots = new(options.Value.ConcurrentUploads);

    /// <summary>Held while a content comes in: whoever else brings the same key hears that the first is at work.</summary>
    public static string LockOf(Import import) => $"import {import.ClientId} {import.IdempotencyKey ?? import.Id.ToString()}";

    /// <summary>Takes the content of an import in, or finds the one that was sent with the same key.</summary>
    /// <param name="order">What is asked for.</param>
    /// <param name="key">Idempotency key; null: none.</param>
    /// <param name="content">Read to its end.</param>
    /// <param name="cancel">Gives up; nothing stays.</param>
    /// <exception cref="RuleBroken">The key was used for something else or is at work; or too many contents come in at the moment.</exception>
    public async Task<(Import Import, bool Replayed)> TakeAsync(ImportOrder order, string? key, Stream content, CancellationToken cancel)
    {
        if (!await _slots.WaitAsync(TimeSpan.Zero, cancel)) throw new RuleBroken(Problems.Unavailable) { RetryAfter = 10 };
        try
        {
            var import = Import.Receive(order, key, Activity.Current?.Id, clock.GetUtcNow());
            using var quiet = FacilitiesTelemetry.Unrecorded(); // thousands of like statements
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
            var session = await db.OpenSessionAsync(cancel);
            await using var held = await SessionLock.TryTakeAsync(session, LockOf(import), cancel)
                ?? throw new RuleBroken(Idempotency.InFlight, Idempotency.Header) { RetryAfter = 1 };
            if (key is not null && await db.Set<Import>().AsNoTracking()
                    .SingleOrDefaultAsync(row => row.ClientId == order.ClientId && row.IdempotencyKey == key, cancel) is { } earlier)
            {
                if (earlier.State is not ImportState.Receiving) return (await CompareAsync(earlier, order, content, cancel), true);
                await ForgetAsync(db, earlier.Id);
            }
            await ReceiveAsync(db, session, import, content, cancel);
            signal.Set();
            return (await db.Set<Import>().AsNoTracking().SingleAsync(row => row.Id == import.Id, cancel), false);
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();

    /// <summary>Removes an import that never became complete.</summary>
    public static Task<int> ForgetAsync(FacilitiesDbContext db, Guid id) =>
        db.Set<Import>().Where(row => row.Id == id && row.State == ImportState.Receiving).ExecuteDeleteAsync(CancellationToken.None);

    private async Task ReceiveAsync(FacilitiesDbContext db, NpgsqlConnection session, Import import, Stream content, CancellationToken cancel)
    {
        db.Add(import);
        await db.SaveChangesAsync(cancel);
        db.ChangeTracker.Clear();
        try
        {
            var (bytes, sha256) = await StoreAsync(session, import.Id, content, cancel);
            await db.QueueAsync(import.Id, bytes, sha256, clock.GetUtcNow(), cancel);
        }
        catch
        {
            await using var scope = scopes.CreateAsyncScope(); // this session may be what failed
            await ForgetAsync(scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>(), import.Id);
            throw;
        }
    }

    private static async Task<(long Bytes, byte[] Sha256)> StoreAsync(NpgsqlConnection session, Guid import, Stream content, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            // The import's own commit waits for the disk, and with it for all the pieces before.
            await session.ExecuteAsync("SET synchronous_commit = off", cancel);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var bytes = 0L;
            for (var number = 0; ; number++)
            {
                var length = await content.ReadAtLeastAsync(buffer.AsMemory(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, cancel);
                if (length == 0) return (bytes, hash.GetHashAndReset());
                bytes += length;
                hash.AppendData(buffer, 0, length);
                await using var store = session.Command(
                    "INSERT INTO import_chunk (import_id, number, data) VALUES ($1, $2, $3)", import, number, new ReadOnlyMemory<byte>(buffer, 0, length));
                await store.ExecuteNonQueryAsync(cancel);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await session.UndoAsync("RESET synchronous_commit");
        }
    }

    private static async Task<Import> CompareAsync(Import earlier, ImportOrder order, Stream content, CancellationToken cancel)
    {
        return earlier.Answers(order) && (await SHA256.HashDataAsync(content, cancel)).AsSpan().SequenceEqual(earlier.Sha256)
            ? earlier
            : throw new RuleBroken(Idempotency.KeyReused, Idempotency.Header);
    }
}

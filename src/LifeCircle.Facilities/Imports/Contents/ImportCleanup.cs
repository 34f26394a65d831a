using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LifeCircle.Facilities.Imports.Contents;

/// <summary>Sweeps away what nobody needs any more, in portions that disturb nobody, and imports that never became complete.</summary>
internal sealed class ImportCleanup(IServiceScopeFactory scopes, IOptions<ImportOptions> options, TimeProvider clock)
{
    private const int Portion = 64; // 32 MB
    private const int ErrorPortion = 10_000;

    public async Task RunAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
        await DeleteContentsAsync(db, cancel);
        await DeleteErrorsAsync(db, cancel);
        await ForgetIncompleteAsync(db, cancel);
    }

    private async Task DeleteContentsAsync(FacilitiesDbContext db, CancellationToken cancel)
    {
        var before = clock.GetUtcNow() - TimeSpan.FromDays(options.Value.KeepContentDays);
        var unneeded = await db.Set<Import>()
            .Where(row => row.State == ImportState.Done || row.FinishedAt < before)
            .Where(row => db.Set<ImportChunk>().Any(chunk => chunk.ImportId == row.Id))
            .Select(row => row.Id).ToListAsync(cancel);
        foreach (var import in unneeded)
        {
            int deleted;
            do
            {
                deleted = await db.Database.ExecuteSqlAsync($"""
                    DELETE FROM import_chunk WHERE import_id = {import} AND number IN (
                      SELECT number FROM import_chunk WHERE import_id = {import} ORDER BY number LIMIT {Portion})
                    """, cancel);
            }
            while (deleted == Portion);
        }
    }

    private async Task DeleteErrorsAsync(FacilitiesDbContext db, CancellationToken cancel)
    {
        var before = clock.GetUtcNow() - TimeSpan.FromDays(options.Value.KeepErrorsDays);
        int deleted;
        do
        {
            deleted = await db.Database.ExecuteSqlAsync($"""
                DELETE FROM import_error WHERE id IN (
                  SELECT error.id FROM import_error AS error JOIN import ON import.id = error.import_id
                  WHERE import.finished_at < {before} LIMIT {ErrorPortion})
                """, cancel);
        }
        while (deleted == ErrorPortion);
    }

    // Whoever receives a content holds its lock. Where the lock is free, nobody will ever complete it.
    private static async Task ForgetIncompleteAsync(FacilitiesDbContext db, CancellationToken cancel)
    {
        var incomplete = await db.Set<Import>().AsNoTracking().Where(row => row.State == ImportState.Receiving).ToListAsync(cancel);
        if (incomplete.Count == 0) return;
        var session = await db.OpenSessionAsync(cancel);
        foreach (var import in incomplete)
        {
            await using var held = await SessionLock.TryTakeAsync(session, ImportIntake.LockOf(import), cancel);
            if (held is not null) await ImportIntake.ForgetAsync(db, import.Id);
        }
    }
}

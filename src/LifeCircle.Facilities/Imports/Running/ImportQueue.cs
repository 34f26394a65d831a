using LifeCircle.Facilities.Imports.Contents;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Imports.Running;

/// <summary>
/// The imports of all replicas, one after the other in the order of their arrival. Whoever works on them holds one lock; the session that
/// holds it is the one that writes, so kill -9 ends both, and the next to look takes the import up again.
/// </summary>
internal sealed class ImportQueue(IServiceScopeFactory scopes, ImportAttempt attempt, TimeProvider clock, ILogger<ImportQueue> logger)
{
    /// <summary>Of the database session that imports, or does what must not happen meanwhile.</summary>
    public const string Lock = "facilities imports";

    private static readonly ImportState[] Unfinished = [ImportState.Queued, ImportState.Running];

    /// <summary>Works on the next import. False: there is none, or another replica is at it.</summary>
    public async Task<bool> RunNextAsync(CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
        using var quiet = FacilitiesTelemetry.Unrecorded();
        if (!await db.Set<Import>().AnyAsync(row => Unfinished.Contains(row.State), stopping)) return false;
        var session = await db.OpenSessionAsync(stopping);
        await using var held = await SessionLock.TryTakeAsync(session, Lock, stopping);
        if (held is null) return false;

        var import = await db.Set<Import>().AsNoTracking().Where(row => Unfinished.Contains(row.State))
            .OrderBy(row => row.QueuedAt).ThenBy(row => row.Id).FirstOrDefaultAsync(stopping);
        if (import is null) return false;
        // Running, though nobody holds the lock: the process that was at it is dead.
        if (import.Attempts >= ImportAttempt.Maximum)
        {
            logger.LogError("Import {ImportId} is given up: its process died or failed in {Attempts} attempts", import.Id, import.Attempts);
            var outcome = new ImportOutcome(ImportState.Failed, import.Counts, Problem: ImportFault.Of(ImportRules.GaveUp));
            await db.FinishAsync(import.Id, import.Attempts, outcome, clock.GetUtcNow(), stopping);
            return true;
        }
        if (await db.BeginAsync(import, clock.GetUtcNow(), stopping)) await attempt.RunAsync(db, import, import.Attempts + 1, stopping);
        return true;
    }
}

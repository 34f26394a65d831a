using System.Text.Json;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Imports;

/// <summary>How an import ended.</summary>
internal sealed record ImportOutcome(ImportState State, ImportCounts Counts, JsonElement? Result = null, ImportFault? Problem = null);

/// <summary>What is wrong with a row or with the whole, as it is kept.</summary>
internal sealed record ImportFault(string? Field, string Code, string English, string Chinese)
{
    public static ImportFault Of(Rule rule) => new(null, rule.Code, rule.English, rule.Chinese);

    public static IEnumerable<ImportFault> Of(RuleBroken broken) => broken.Errors is []
        ? [Of(broken.Rule)]
        : broken.Errors.Select(error => new ImportFault(error.Field, broken.Rule.Code, error.English, error.Chinese));
}

/// <summary>
/// The steps of an import, each a conditional update: whoever comes second finds nothing to do. So a cancelled import can no longer
/// commit, and a worker that was taken for dead cannot spoil what its successor does.
/// </summary>
internal static class ImportStates
{
    private static readonly ImportState[] Cancellable = [ImportState.Queued, ImportState.Running];

    public static Task<int> QueueAsync(this FacilitiesDbContext db, Guid id, long bytes, byte[] sha256, DateTimeOffset now, CancellationToken cancel) =>
        db.Set<Import>().Where(row => row.Id == id && row.State == ImportState.Receiving).ExecuteUpdateAsync(import => import
            .SetProperty(row => row.State, ImportState.Queued)
            .SetProperty(row => row.QueuedAt, now)
            .SetProperty(row => row.Bytes, bytes)
            .SetProperty(row => row.Sha256, sha256), cancel);

    /// <summary>Begins the next attempt, from scratch.</summary>
    public static async Task<bool> BeginAsync(this FacilitiesDbContext db, Import import, DateTimeOffset now, CancellationToken cancel)
    {
        var begun = await db.Set<Import>()
            .Where(row => row.Id == import.Id && Cancellable.Contains(row.State) && row.Attempts == import.Attempts)
            .ExecuteUpdateAsync(next => next
                .SetProperty(row => row.State, ImportState.Running)
                .SetProperty(row => row.Attempts, row => row.Attempts + 1)
                .SetProperty(row => row.StartedAt, now)
                .SetProperty(row => row.Counts, new ImportCounts()), cancel);
        if (begun == 0) return false;
        await db.Set<ImportError>().Where(row => row.ImportId == import.Id).ExecuteDeleteAsync(cancel);
        return true;
    }

    /// <summary>Shows how far it is. False: it is no longer this attempt's.</summary>
    public static async Task<bool> ShowProgressAsync(
        this FacilitiesDbContext db, Guid id, int attempt, ImportCounts counts, string? stage, CancellationToken cancel) =>
        await Attempt(db, id, attempt).ExecuteUpdateAsync(import => import
            .SetProperty(row => row.Counts, counts)
            .SetProperty(row => row.Stage, stage), cancel) > 0;

    /// <summary>Ends the attempt. False: it is no longer this attempt's, and whatever it did must be undone.</summary>
    public static async Task<bool> FinishAsync(
        this FacilitiesDbContext db, Guid id, int attempt, ImportOutcome outcome, DateTimeOffset now, CancellationToken cancel)
    {
        var (code, en, zh) = (outcome.Problem?.Code, outcome.Problem?.English, outcome.Problem?.Chinese);
        return await Attempt(db, id, attempt).ExecuteUpdateAsync(import => import
            .SetProperty(row => row.State, outcome.State)
            .SetProperty(row => row.FinishedAt, now)
            .SetProperty(row => row.Counts, outcome.Counts)
            .SetProperty(row => row.Stage, (string?)null)
            .SetProperty(row => row.Result, outcome.Result)
            .SetProperty(row => row.ProblemCode, code)
            .SetProperty(row => row.ProblemEn, en)
            .SetProperty(row => row.ProblemZh, zh), cancel) > 0;
    }

    /// <summary>Puts it back in its place in the queue. The attempt does not count where the service was told to stop.</summary>
    public static Task<int> GiveBackAsync(this FacilitiesDbContext db, Guid id, int attempt, bool counted, CancellationToken cancel) =>
        Attempt(db, id, attempt).ExecuteUpdateAsync(import => import
            .SetProperty(row => row.State, ImportState.Queued)
            .SetProperty(row => row.Stage, (string?)null)
            .SetProperty(row => row.Attempts, row => counted ? row.Attempts : row.Attempts - 1), cancel);

    /// <summary>False: it had ended already.</summary>
    public static async Task<bool> CancelAsync(this FacilitiesDbContext db, Guid id, DateTimeOffset now, CancellationToken cancel) =>
        await db.Set<Import>().Where(row => row.Id == id && Cancellable.Contains(row.State)).ExecuteUpdateAsync(import => import
            .SetProperty(row => row.State, ImportState.Cancelled)
            .SetProperty(row => row.Stage, (string?)null)
            .SetProperty(row => row.FinishedAt, now), cancel) > 0;

    private static IQueryable<Import> Attempt(FacilitiesDbContext db, Guid id, int attempt) =>
        db.Set<Import>().Where(row => row.Id == id && row.State == ImportState.Running && row.Attempts == attempt);
}

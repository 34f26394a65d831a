using System.Diagnostics;
using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LifeCircle.Facilities.Imports.Running;

/// <summary>
/// Runs an import once. Rows, events, change feed and the import's end are one transaction; whatever else happens, nothing of it stays.
/// </summary>
internal sealed class ImportAttempt(
    IServiceScopeFactory scopes, ImportKinds kinds, IOptions<ImportOptions> options, TimeProvider clock, ILogger<ImportAttempt> logger)
{
    /// <summary>After so many attempts that ended in a fault or a dead process, an import is given up.</summary>
    public const int Maximum = 3;

    public static readonly TimeSpan LongestStatement = TimeSpan.FromMinutes(10);

    private static TimeSpan PauseAfter(int attempt) => TimeSpan.FromSeconds(attempt * attempt);

    /// <param name="db">On the session that holds the lock of all imports, so that whoever loses the one loses the other.</param>
    /// <param name="import">Begun, as its row says.</param>
    /// <param name="attempt">Its number.</param>
    /// <param name="stopping">Gives the import back to the queue.</param>
    public async Task RunAsync(FacilitiesDbContext db, Import import, int attempt, CancellationToken stopping)
    {
        using var activity = Continue(import);
        activity.SetTag("lifecircle.import.id", import.Id).SetTag("lifecircle.import.attempt", attempt);
        var watch = Stopwatch.StartNew();
        var run = new ImportRun(import, clock.GetUtcNow(), options.Value.MaximumBadRows, scopes);
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await using var progress = ImportProgress.Start(scopes, run, attempt, work, logger);
        ImportState? ended;
        try
        {
            await ReadAsync(db, import, run, work.Token);
            await progress.StopAsync();
            ended = await FinishAsync(db, run, attempt, work.Token);
        }
        catch (OperationCanceledException) when (progress.IsLost)
        {
            await UndoAsync(db);
            ended = null;
        }
        catch (Exception fault)
        {
            await progress.StopAsync();
            await UndoAsync(db);
            ended = await GiveUpAsync(import, run, attempt, stopping.IsCancellationRequested ? null : fault);
            activity.SetStatus(ActivityStatusCode.Error);
        }
        Tell(import, run, attempt, ended, watch.Elapsed);
        // Whatever it was may pass; those behind wait too, so that the order holds.
        if (ended is ImportState.Queued) await Task.Delay(PauseAfter(attempt), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // The request's trace goes on, recorded or not: events carry it further.
    private static Activity Continue(Import import)
    {
        var name = $"import {import.Kind}";
        if (FacilitiesTelemetry.Source.StartActivity(name, ActivityKind.Internal, import.Traceparent) is { } recorded) return recorded;
        var carrier = new Activity(name);
        if (import.Traceparent is not null) carrier.SetParentId(import.Traceparent);
        return carrier.Start();
    }

    private async Task ReadAsync(FacilitiesDbContext db, Import import, ImportRun run, CancellationToken cancel)
    {
        var kind = kinds.Find(import.Kind);
        var format = kind.Formats.First(known => known.MediaType == import.MediaType);
        db.Database.SetCommandTimeout(LongestStatement);
        db.Database.AutoSavepointsEnabled = false; // all or nothing, never a part
        if (run.Writes) await db.Database.BeginTransactionAsync(cancel);
        try
        {
            await kind.RunAsync(run, new ImportContent(scopes, import, format, run.Counts), db, cancel);
        }
        catch (RuleBroken broken)
        {
            run.Refuse(ImportFault.Of(broken).First());
        }
        await run.FlushAsync(cancel);
    }

    private async Task<ImportState?> FinishAsync(FacilitiesDbContext db, ImportRun run, int attempt, CancellationToken cancel)
    {
        var outcome = run.Outcome();
        if (!run.Writes) await UndoAsync(db);
        // Within the transaction, if there still is one.
        if (!await db.FinishAsync(run.Id, attempt, outcome, clock.GetUtcNow(), cancel))
        {
            await UndoAsync(db);
            return null;
        }
        if (db.Database.CurrentTransaction is not null)
        {
            await db.Database.CommitTransactionAsync(CancellationToken.None);
            run.TellCommitted();
        }
        return outcome.State;
    }

    // No fault: the service was told to stop.
    private async Task<ImportState?> GiveUpAsync(Import import, ImportRun run, int attempt, Exception? fault)
    {
        if (fault is not null) logger.LogError(fault, "Import {ImportId} failed in attempt {Attempt}", import.Id, attempt);
        await using var scope = scopes.CreateAsyncScope(); // the session may be what failed
        var db = scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
        if (fault is not null && attempt >= Maximum)
        {
            var outcome = new ImportOutcome(ImportState.Failed, run.Counts, Problem: ImportFault.Of(ImportRules.GaveUp));
            return await db.FinishAsync(import.Id, attempt, outcome, clock.GetUtcNow(), CancellationToken.None) ? outcome.State : null;
        }
        return await db.GiveBackAsync(import.Id, attempt, counted: fault is not null, CancellationToken.None) > 0 ? ImportState.Queued : null;
    }

    // The transaction may have ended with its session.
    private static async Task UndoAsync(FacilitiesDbContext db)
    {
        db.ChangeTracker.Clear();
        if (db.Database.CurrentTransaction is not { } transaction) return;
        try
        {
            await transaction.RollbackAsync(CancellationToken.None);
        }
        catch (Exception gone) when (gone is Npgsql.NpgsqlException or InvalidOperationException or ObjectDisposedException)
        {
        }
        finally
        {
            await transaction.DisposeAsync();
        }
    }

    private void Tell(Import import, ImportRun run, int attempt, ImportState? ended, TimeSpan elapsed)
    {
        var state = ended is { } known ? WireNames.Of(known) : "lost";
        logger.LogInformation(
            "Import {ImportId} of {Kind}, attempt {Attempt}: {State} after {Seconds:0.0} s; {Created} created, {Changed} changed, {Unchanged} unchanged, {Bad} bad",
            import.Id, import.Kind, attempt, state, elapsed.TotalSeconds, run.Counts.Created, run.Counts.Changed, run.Counts.Unchanged, run.Counts.Bad);
        var kind = new KeyValuePair<string, object?>("kind", import.Kind);
        FacilitiesTelemetry.ImportDuration.Record(elapsed.TotalSeconds, kind, new("state", state));
        foreach (var (outcome, count) in ((string, long)[])[
            ("created", run.Counts.Created), ("changed", run.Counts.Changed), ("unchanged", run.Counts.Unchanged), ("bad", run.Counts.Bad)])
            if (count > 0) FacilitiesTelemetry.ImportedRows.Add(count, kind, new("outcome", outcome));
    }
}

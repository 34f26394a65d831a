namespace LifeCircle.Facilities.Imports.Running;

/// <summary>Shows once a second how far an import is, on a connection of its own, and hears there that it was cancelled.</summary>
internal sealed class ImportProgress : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _showing;

    private ImportProgress(Func<CancellationToken, Task> show) => _showing = show(_stop.Token);

    /// <summary>The import is no longer this attempt's: somebody cancelled it, or another replica took it for dead.</summary>
    public bool IsLost { get; private set; }

    public static ImportProgress Start(
        IServiceScopeFactory scopes, ImportRun run, int attempt, CancellationTokenSource work, ILogger logger)
    {
        ImportProgress? progress = null;
        progress = new(async stop =>
        {
            await Task.Yield();
            using var quiet = FacilitiesTelemetry.Unrecorded();
            using var timer = new PeriodicTimer(Interval);
            while (await NextAsync(timer, stop))
            {
                try
                {
                    await using var scope = scopes.CreateAsyncScope();
                    var db = scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
                    if (await db.ShowProgressAsync(run.Id, attempt, run.Counts, run.Stage, stop)) continue;
                    progress!.IsLost = true;
                    await work.CancelAsync();
                    return;
                }
                catch (Exception fault) when (!stop.IsCancellationRequested)
                {
                    logger.LogWarning(fault, "The progress of import {ImportId} could not be shown", run.Id);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        });
        return progress;
    }

    /// <summary>Shows nothing more, so that the end of the import finds its row free.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _showing;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Imports.Kinds;
using Microsoft.Extensions.Options;

namespace LifeCircle.Facilities.Imports.Running;

/// <summary>Works on imports in the background, in every replica that may.</summary>
internal sealed class ImportWorker(
    ImportQueue queue, ImportCleanup cleanup, KeepPlaced placed, ImportSignal signal, IOptions<ImportOptions> options,
    ILogger<ImportWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PlacedInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CleanupInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // The host starts without waiting for the database.
        if (!options.Value.Work) return;
        var pause = Poll;
        long? cleaned = null;
        long? kept = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var worked = await queue.RunNextAsync(stoppingToken);
                if (worked || IsDue(cleaned, CleanupInterval))
                {
                    using var quiet = FacilitiesTelemetry.Unrecorded();
                    await cleanup.RunAsync(stoppingToken);
                    cleaned = TimeProvider.System.GetTimestamp();
                }
                if (!worked && IsDue(kept, PlacedInterval))
                {
                    using var quiet = FacilitiesTelemetry.Unrecorded();
                    await placed.RunAsync(stoppingToken);
                    kept = TimeProvider.System.GetTimestamp();
                }
                pause = Poll;
                if (!worked) await signal.WaitAsync(Poll, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                logger.LogWarning(fault, "The import worker lost its database; next try in {Pause}", pause);
                await ((Task)signal.WaitAsync(pause, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private static bool IsDue(long? last, TimeSpan interval) => last is not { } then || TimeProvider.System.GetElapsedTime(then) > interval;
}

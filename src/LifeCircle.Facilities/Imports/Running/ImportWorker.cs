using LifeCircle.Facilities.Imports.Contents;
using Microsoft.Extensions.Options;

namespace LifeCircle.Facilities.Imports.Running;

/// <summary>Works on imports in the background, in every replica that may.</summary>
internal sealed class ImportWorker(
    ImportQueue queue, ImportCleanup cleanup, ImportSignal signal, IOptions<ImportOptions> options, ILogger<ImportWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CleanupInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // The host starts without waiting for the database.
        if (!options.Value.Work) return;
        var pause = Poll;
        long? cleaned = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var worked = await queue.RunNextAsync(stoppingToken);
                if (worked || cleaned is null || TimeProvider.System.GetElapsedTime(cleaned.Value) > CleanupInterval)
                {
                    using var quiet = FacilitiesTelemetry.Unrecorded();
                    await cleanup.RunAsync(stoppingToken);
                    cleaned = TimeProvider.System.GetTimestamp();
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
}

using System.Threading.Channels;
using LifeCircle.Operators.Webhooks.Posting;
using Microsoft.Extensions.Options;

namespace LifeCircle.Operators.Webhooks.Sending;

/// <summary>
/// Delivers, in every replica. Taking, posting and writing down run beside each other: no receiver is waited for, and nothing is taken faster than
/// its outcomes are written down, as a place is free again only then.
/// </summary>
internal sealed class WebhookDispatcher(
    DeliveryQueue queue, WebhookPost post, OutcomeLog log, DispatchSignal signal, IOptions<WebhookOptions> options,
    ILogger<WebhookDispatcher> logger) : BackgroundService
{
    private const int LargestBatch = 500;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly ReceiverLoads _loads = new(options.Value.ConcurrentPostsPerReceiver);
    private readonly Channel<AttemptOutcome> _outcomes = Channel.CreateUnbounded<AttemptOutcome>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // The host starts without waiting for the database.
        if (!options.Value.Deliver) return;
        var writing = WriteOutcomesAsync(stoppingToken);
        await TakeAsync(stoppingToken);
        // What is under way ends within the time that a receiver has; its outcome spares the receiver a second delivery.
        while (_loads.Working + _loads.Probes > 0 && !writing.IsCompleted) await Task.Delay(Breath, CancellationToken.None);
        _outcomes.Writer.Complete();
        await writing;
    }

    private async Task TakeAsync(CancellationToken stopping)
    {
        var pause = Poll;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var taken = await TakeNextAsync(stopping);
                pause = Poll;
                if (taken == 0) await signal.WaitAsync(Poll, stopping);
                else await Task.Delay(Breath, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                logger.LogWarning(fault, "Webhooks are not delivered: the database did not answer; next try in {Pause}", pause);
                await Task.Delay(pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    // The probes first: they are few, and a backlog of the others may last for hours. What was taken is started before more is taken, which may fail.
    private async Task<int> TakeNextAsync(CancellationToken stopping)
    {
        using var quiet = WebhookTelemetry.Unrecorded();
        var taken = 0;
        var probes = Math.Min(Math.Min(options.Value.ConcurrentProbes, Math.Max(options.Value.ConcurrentPosts / 2, 1)) - _loads.Probes, Free());
        if (probes > 0) taken += Start(await queue.TakeOfFailingAsync(probes, stopping));
        if (Free() is > 0 and var free) taken += Start(await queue.TakeOfWorkingAsync(_loads.Free(), free, stopping));
        if (taken == 0) _loads.Forget();
        return taken;

        int Free() => options.Value.ConcurrentPosts - _loads.Working - _loads.Probes;
    }

    private int Start(List<LeasedDelivery> taken)
    {
        foreach (var delivery in taken)
        {
            _loads.Start(delivery);
            _ = PostAsync(delivery);
        }
        return taken.Count;
    }

    private async Task PostAsync(LeasedDelivery delivery)
    {
        try
        {
            _outcomes.Writer.TryWrite(await post.SendAsync(delivery));
        }
        catch (Exception fault)
        {
            // Nothing that a receiver does gets here. It counts as failed, or it would hold its place for ever.
            logger.LogError(fault, "Delivery {Message} to webhook {Webhook} failed inside", delivery.MessageId, delivery.SubscriptionId);
            _outcomes.Writer.TryWrite(new AttemptOutcome(delivery, TimeProvider.System.GetUtcNow(), default, "", Error: Deliveries.AttemptError.Broken));
        }
    }

    private async Task WriteOutcomesAsync(CancellationToken stopping)
    {
        var batch = new List<AttemptOutcome>(LargestBatch);
        while (await _outcomes.Reader.WaitToReadAsync(CancellationToken.None))
        {
            await Task.Delay(Breath, CancellationToken.None); // a commit costs the same for one as for many
            while (batch.Count < LargestBatch && _outcomes.Reader.TryRead(out var outcome)) batch.Add(outcome);
            if (!await WriteAsync(batch, stopping)) return;
            foreach (var outcome in batch) _loads.End(outcome);
            batch.Clear();
            signal.Set();
        }
    }

    private async Task<bool> WriteAsync(List<AttemptOutcome> batch, CancellationToken stopping)
    {
        for (var pause = Poll; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await log.WriteAsync(batch, CancellationToken.None);
                return true;
            }
            catch (Exception fault)
            {
                if (stopping.IsCancellationRequested)
                {
                    logger.LogWarning(fault, "{Count} outcomes of webhooks are lost; the deliveries come again", batch.Count);
                    return false;
                }
                logger.LogWarning(fault, "Outcomes of webhooks were not written down; next try in {Pause}", pause);
                await Task.Delay(pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LifeCircle.Messaging.Inbox;

/// <summary>
/// Handles messages exactly once as far as the database can see: claim in the inbox, run the consumer, commit both together,
/// then acknowledge. A crash before the commit leaves nothing, a crash after it a repetition that is dropped.
/// </summary>
internal sealed class InboxHandling(
    IServiceScopeFactory scopes, Type dbContext, TimeProvider clock, ILogger<InboxHandling> logger)
    : IHostedService, IDisposable
{
    /// <summary>From this many returns on, a message may be what kills the process.</summary>
    private const int ReturnsOfSuspect = 3;

    /// <summary>A suspect whose handling began so often without an end is taken out of the queue.</summary>
    private const int MaximumAttemptsOfSuspect = 5;

    // One suspect at a time in the whole process, so that the one that kills it is the only one counted.
    private readonly SemaphoreSlim _suspects = new(1);

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Every delivery has an outcome when this returns; it does not throw.</summary>
    public async Task HandleAsync(string queue, IReadOnlyList<InboxDelivery> deliveries)
    {
        var batch = deliveries.Where(d => !IsOver(d)).ToList();
        if (batch.Count > 1 && !batch.Exists(IsSuspect))
        {
            try
            {
                await TransactAsync(queue, batch);
                return;
            }
            catch (Exception e)
            {
                // All rolled back. One by one, each gets its own outcome.
                logger.LogDebug(e, "{Queue}: a batch of {Count} failed and is handled one by one", queue, batch.Count);
            }
        }
        foreach (var delivery in batch)
            await delivery.WithinAsync(() => HandleAloneAsync(queue, delivery));
    }

    private async Task HandleAloneAsync(string queue, InboxDelivery delivery)
    {
        for (var failures = 0; ;)
        {
            try
            {
                if (IsSuspect(delivery))
                    await HandleSuspectAsync(queue, delivery);
                else
                    await TransactAsync(queue, [delivery]);
                return;
            }
            catch (Exception e)
            {
                if (delivery.IsAbandoned || _stopping.IsCancellationRequested)
                {
                    delivery.Return();
                    return;
                }
                if (e is MessageNotAcceptedException || InboxRetry.PauseAfter(e, ++failures) is not { } pause)
                {
                    Fail(queue, delivery, e);
                    return;
                }
                logger.LogWarning(e, "{Queue}: message {MessageId} failed, next try in {Pause}", queue, delivery.MessageId, pause);
                await Task.Delay(pause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task HandleSuspectAsync(string queue, InboxDelivery delivery)
    {
        await _suspects.WaitAsync();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = (DbContext)scope.ServiceProvider.GetRequiredService(dbContext);
            var attempts = await InboxTable.BeginAttemptAsync(db, queue, delivery.MessageId, clock.GetUtcNow(), CancellationToken.None);
            try
            {
                if (attempts > MaximumAttemptsOfSuspect)
                    throw new MessageNotAcceptedException($"The process died {MaximumAttemptsOfSuspect} times while handling this message.");
                await TransactAsync(queue, [delivery]);
            }
            finally
            {
                await InboxTable.EndAttemptsAsync(db, queue, delivery.MessageId, CancellationToken.None);
            }
        }
        finally
        {
            _suspects.Release();
        }
    }

    private async Task TransactAsync(string queue, List<InboxDelivery> batch)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = (DbContext)scope.ServiceProvider.GetRequiredService(dbContext);
        db.Database.AutoSavepointsEnabled = false; // one failure undoes all; a savepoint would cost a round trip a message
        // The service may have configured a strategy that repeats on transient failures; it must repeat the whole.
        var claimed = await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync();
            var ids = batch.Select(d => d.MessageId).Distinct().ToArray();
            var news = await InboxTable.ClaimAsync(db, queue, ids, clock.GetUtcNow(), CancellationToken.None);
            var first = new HashSet<InboxDelivery>(batch.Where(d => news.Remove(d.MessageId)));
            foreach (var delivery in batch.Where(first.Contains))
            {
                await delivery.HandleAsync(scope);
                if (db.ChangeTracker.HasChanges())
                    await db.SaveChangesAsync(); // A consumer that forgot to save would otherwise lose its effect unseen.
                db.ChangeTracker.Clear(); // The next message starts from the database, as it would alone.
            }
            await InboxTable.RequireUsableAsync(db, CancellationToken.None);
            await transaction.CommitAsync();
            return first;
        });
        foreach (var delivery in batch)
            delivery.Complete(claimed.Contains(delivery));
        MessagingTelemetry.Handled.Add(claimed.Count);
        MessagingTelemetry.Duplicates.Add(batch.Count - claimed.Count);
    }

    private bool IsOver(InboxDelivery delivery)
    {
        if (delivery.IsAbandoned)
            delivery.Return();
        else if (delivery.SentAt is { } sent && clock.GetUtcNow().UtcDateTime - sent.ToUniversalTime() > InboxTable.Retention)
            Fail("inbox", delivery, new MessageNotAcceptedException($"Sent at {sent:O}: too long ago to know whether it was handled before."));
        else
            return false;
        return true;
    }

    private void Fail(string queue, InboxDelivery delivery, Exception error)
    {
        MessagingTelemetry.Failed.Add(1);
        logger.LogError(error, "{Queue}: message {MessageId} is put aside in the error queue", queue, delivery.MessageId);
        // MassTransit requeues what was cancelled; a handler that ran into its own time limit would come back for ever.
        delivery.Fail(error is OperationCanceledException ? new TimeoutException(error.Message, error) : error);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>From now on what fails goes back to the queue: the bus stops next. While the last requests end, messages are tried again as ever.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    public void Dispose()
    {
        _suspects.Dispose();
        _stopping.Dispose();
    }

    private static bool IsSuspect(InboxDelivery delivery) => delivery.Returns >= ReturnsOfSuspect;
}

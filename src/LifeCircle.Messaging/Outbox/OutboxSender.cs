using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;

namespace LifeCircle.Messaging.Outbox;

/// <summary>
/// Sends one batch: the aggregates side by side, the rows of an aggregate one after the other, each only when the one before is
/// confirmed. Sending them all at once on one channel would keep their order too, except where it matters: when the broker
/// returns or refuses one and takes the next.
/// </summary>
internal sealed class OutboxSender(BrokerPublisher broker, ILogger<OutboxSender> logger)
{
    // Set when the broker closed the channel because of a message: one at a time shows which.
    private bool _oneByOne;

    public async Task SendAsync(IReadOnlyList<OutboxRow> rows, OutboxBatchResult result, CancellationToken ct)
    {
        try
        {
            await broker.OpenAsync(ct);
            rows = await DeclareAsync(rows, result, ct);
            await PublishAsync(rows, result);
        }
        catch (Exception e) when (e is BrokerUnreachableException or OperationInterruptedException or IOException or TimeoutException
                                  || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            result.Add(rows[0], PublishOutcome.Unknown, e.InnerException?.Message ?? e.Message);
        }
        if (result.BrokerFailure is null)
            _oneByOne = false;
        else if (broker.ClosedByMessage)
            _oneByOne = true;
        else if (!broker.IsBlocked)
            await broker.CloseAsync();
    }

    /// <summary>True when a failure was one message's doing, so that trying again at once, one by one, will tell whose.</summary>
    public bool IsolatingCulprit => _oneByOne;

    private async Task PublishAsync(IReadOnlyList<OutboxRow> rows, OutboxBatchResult result)
    {
        // Not tied to the stop of the host: the last batch is given its few seconds, so that a restart repeats nothing.
        using var patience = new CancellationTokenSource(BrokerPublisher.Patience);
        if (_oneByOne)
        {
            foreach (var row in rows.OrderBy(r => r.Position))
            {
                var (outcome, error) = await broker.PublishAsync(row, patience);
                var guilty = outcome == PublishOutcome.Unknown && broker.ClosedByMessage;
                result.Add(row, guilty ? PublishOutcome.Refused : outcome, error);
                if (guilty)
                    logger.LogWarning("The broker closed the channel over outbox message {MessageId}: {Error}", row.Id, error);
                if (outcome != PublishOutcome.Confirmed)
                    return; // Whatever follows may be of the same aggregate; the next pass sorts it out.
            }
            return;
        }
        var lines = rows.GroupBy(LineOf).Select(line => PublishLineAsync(line.OrderBy(r => r.Position), result, patience));
        await Task.WhenAll(lines);
    }

    private async Task PublishLineAsync(IEnumerable<OutboxRow> line, OutboxBatchResult result, CancellationTokenSource patience)
    {
        var withoutQueue = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in line)
        {
            if (withoutQueue.Contains(row.Destination))
                continue;
            var (outcome, error) = await broker.PublishAsync(row, patience);
            result.Add(row, outcome, error);
            if (outcome == PublishOutcome.Unrouted)
                withoutQueue.Add(row.Destination); // Order matters within a queue; other exchanges have other queues.
            else if (outcome != PublishOutcome.Confirmed)
                return;
        }
    }

    private async Task<List<OutboxRow>> DeclareAsync(IReadOnlyList<OutboxRow> rows, OutboxBatchResult result, CancellationToken ct)
    {
        var sendable = new List<OutboxRow>(rows);
        foreach (var destination in rows.GroupBy(r => r.Destination))
        {
            try
            {
                await broker.DeclareAsync(destination.Key, ct);
            }
            catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode is 403 or 406)
            {
                // Somebody declared it otherwise, or the service may not use it: only these rows are to blame.
                foreach (var first in destination.GroupBy(LineOf).Select(line => line.MinBy(r => r.Position)!))
                {
                    result.Add(first, PublishOutcome.Refused, e.ShutdownReason.ReplyText);
                    sendable.RemoveAll(r => LineOf(r) == LineOf(first) && r.Position >= first.Position);
                }
            }
        }
        return sendable;
    }

    // A timer has no place in its aggregate's order.
    private static Guid LineOf(OutboxRow row) => row.IsTimer ? row.Id : row.AggregateId;
}

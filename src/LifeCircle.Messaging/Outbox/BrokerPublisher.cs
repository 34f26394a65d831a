using System.Diagnostics;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace LifeCircle.Messaging.Outbox;

internal enum PublishOutcome
{
    /// <summary>Every queue bound to the exchange has it, on disk.</summary>
    Confirmed,

    /// <summary>No queue is bound to the exchange.</summary>
    Unrouted,

    /// <summary>The broker works but does not take this message.</summary>
    Refused,

    /// <summary>Nobody knows: the broker did not answer, or the channel broke. Says nothing about the message.</summary>
    Unknown,
}

/// <summary>
/// The relay's own connection to RabbitMQ: persistent, mandatory, with publisher confirms awaited per message while others are
/// under way. It does not recover by itself; the relay opens a new one, so it always knows what was confirmed.
/// </summary>
internal sealed class BrokerPublisher(MessagingConnection broker) : IAsyncDisposable
{
    /// <summary>Publishing gives up when the broker confirmed nothing for this long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> _declared = [];
    private IConnection? _connection;
    private IChannel? _channel;
    private volatile bool _blocked;

    /// <summary>The broker has raised its memory or disk alarm and reads nothing until it is over.</summary>
    public bool IsBlocked => _blocked;

    /// <summary>The last channel was closed by the broker because of what was sent on it, not by a loss of the connection.</summary>
    public bool ClosedByMessage => _connection is { IsOpen: true } && _channel is { IsOpen: false, CloseReason.Initiator: ShutdownInitiator.Peer };

    public async Task OpenAsync(CancellationToken ct)
    {
        if (_connection is not { IsOpen: true })
        {
            await CloseAsync();
            _connection = await broker.ConnectAsync("outbox", ct);
            _connection.ConnectionBlockedAsync += (_, _) => { _blocked = true; return Task.CompletedTask; };
            _connection.ConnectionUnblockedAsync += (_, _) => { _blocked = false; return Task.CompletedTask; };
        }
        if (_channel is not { IsOpen: true })
        {
            if (_channel is not null)
                await _channel.DisposeAsync();
            _declared.Clear(); // What closed the channel may be that somebody deleted an exchange.
            // No rate limiter: the relay's batch is the limit, and the default one delays every publish beyond 64 under way.
            _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(
                publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null), ct);
        }
    }

    /// <summary>Declares an exchange as MassTransit's consumers do, so that publishing works before the first of them.</summary>
    public async Task DeclareAsync(string exchange, CancellationToken ct)
    {
        if (_declared.Contains(exchange))
            return;
        // On a channel of its own: a mismatch closes the channel.
        await using var channel = await _connection!.CreateChannelAsync(cancellationToken: ct);
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: ct);
        _declared.Add(exchange);
    }

    /// <param name="row">What to send.</param>
    /// <param name="patience">Cancelled when the broker is silent for too long; put off by every confirm.</param>
    public async Task<(PublishOutcome Outcome, string? Error)> PublishAsync(OutboxRow row, CancellationTokenSource patience)
    {
        using var activity = StartActivity(row);
        try
        {
            await _channel!.BasicPublishAsync(row.Destination, routingKey: "", mandatory: true, Properties(row, activity), row.Body, patience.Token);
            patience.CancelAfter(Patience);
            return (PublishOutcome.Confirmed, null);
        }
        catch (PublishReturnException)
        {
            patience.CancelAfter(Patience);
            return (PublishOutcome.Unrouted, null);
        }
        catch (PublishException e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            return (PublishOutcome.Refused, "The broker refused the message (basic.nack).");
        }
        catch (Exception e) when (e is OperationCanceledException or OperationInterruptedException or IOException or ObjectDisposedException
                                  || _channel is not { IsOpen: true })
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            return (PublishOutcome.Unknown, _channel?.CloseReason?.ReplyText ?? e.Message);
        }
        catch (Exception e) // The client could not put this message into frames; the channel works on.
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            return (PublishOutcome.Refused, e.Message);
        }
    }

    public async Task CloseAsync()
    {
        if (_connection is null)
            return;
        // A stopped broker does not answer the goodbye.
        await _connection.CloseAsync(Constants.ReplySuccess, "closing", TimeSpan.FromSeconds(1), abort: true);
        await _connection.DisposeAsync();
        _connection = null;
        _channel = null;
        _blocked = false;
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private static Activity? StartActivity(OutboxRow row)
    {
        if (!ActivityContext.TryParse(row.Traceparent, row.Tracestate, out var parent))
            return null;
        var activity = MessagingTelemetry.Source.StartActivity($"{row.Destination} publish", ActivityKind.Producer, parent);
        activity?.SetTag("messaging.system", "rabbitmq").SetTag("messaging.destination.name", row.Destination)
            .SetTag("messaging.operation.type", "send").SetTag("messaging.message.id", row.Id.ToString());
        return activity;
    }

    private BasicProperties Properties(OutboxRow row, Activity? activity)
    {
        var properties = new BasicProperties
        {
            MessageId = row.Id.ToString(),
            ContentType = "application/vnd.masstransit+json",
            DeliveryMode = DeliveryModes.Persistent,
            AppId = broker.Service,
        };
        if ((activity?.Id ?? row.Traceparent) is { } traceparent)
        {
            // The first is what MassTransit continues, the others what everybody else does.
            properties.Headers = new Dictionary<string, object?> { ["MT-Activity-Id"] = traceparent, ["traceparent"] = traceparent };
            if (row.Tracestate is not null)
                properties.Headers["tracestate"] = row.Tracestate;
        }
        return properties;
    }
}

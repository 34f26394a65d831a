using MassTransit;
using MassTransit.Context;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Messaging.Inbox;

/// <summary>One message between its arrival and its acknowledgement.</summary>
internal sealed class InboxDelivery
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ExecutionContext _context = ExecutionContext.Capture()!;
    private readonly Func<IServiceScope, Task> _handle;
    private readonly CancellationToken _channelClosed;

    public InboxDelivery(ConsumeContext message, Func<IServiceScope, Task> handle)
    {
        _handle = handle;
        _channelClosed = message.CancellationToken;
        MessageId = message.MessageId ?? throw new MessageNotAcceptedException("The message has no id, so it cannot be recognised when it comes again.");
        AggregateId = Guid.TryParse(message.Headers.Get<string>(MessagingHeaders.AggregateId), out var id) ? id : MessageId;
        SentAt = message.SentTime;
        if (message.ReceiveContext.GetPayload<RabbitMqBasicConsumeContext>().Properties.Headers?.TryGetValue("x-delivery-count", out var count) == true)
            Returns = Convert.ToInt64(count, System.Globalization.CultureInfo.InvariantCulture);
    }

    public Guid MessageId { get; }

    public Guid AggregateId { get; }

    public DateTime? SentAt { get; }

    /// <summary>How often the broker has taken the message back unacknowledged.</summary>
    public long Returns { get; }

    /// <summary>Nobody waits for the outcome any more: the broker will deliver the message again.</summary>
    public bool IsAbandoned => _channelClosed.IsCancellationRequested;

    /// <summary>True once its effect is committed, false if it had been before.</summary>
    public Task<bool> Completion => _done.Task;

    /// <summary>Runs the consumer as if in the message's own flow: its trace, its log scopes.</summary>
    public Task HandleAsync(IServiceScope scope)
    {
        var handling = Task.CompletedTask;
        ExecutionContext.Run(_context, _ => handling = _handle(scope), null);
        return handling;
    }

    /// <summary>Runs something of which this message is the first cause.</summary>
    public Task WithinAsync(Func<Task> work)
    {
        var working = Task.CompletedTask;
        ExecutionContext.Run(_context, _ => working = work(), null);
        return working;
    }

    public void Complete(bool handled) => _done.TrySetResult(handled);

    public void Fail(Exception error) => _done.TrySetException(error);

    /// <summary>Gives the message back to the broker: MassTransit requeues what was cancelled instead of calling it an error.</summary>
    public void Return() => _done.TrySetException(new OperationCanceledException("The message goes back to the queue."));
}

/// <summary>A message that cannot be handled whatever the service does; it goes to the error queue.</summary>
public sealed class MessageNotAcceptedException(string message) : Exception(message);

/// <summary>Runs the consumer in the inbox's scope, and keeps a failure that may still be repaired by another try to itself.</summary>
internal sealed class InboxConsumeContext<T>(ConsumeContext<T> context, IServiceScope scope)
    : ConsumeContextScope<T>(context, scope, scope.ServiceProvider) where T : class
{
    public override Task NotifyFaulted<TMessage>(ConsumeContext<TMessage> context, TimeSpan duration, string consumerType, Exception exception) =>
        Task.CompletedTask;
}

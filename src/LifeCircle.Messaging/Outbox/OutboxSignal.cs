namespace LifeCircle.Messaging.Outbox;

/// <summary>Wakes the relay of this process when a transaction with outbox rows has committed. Many signals are one.</summary>
internal sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim _pending = new(0);

    public void Set()
    {
        // Two racing callers may both release: an extra pass finds nothing, a lost signal would cost a poll interval.
        if (_pending.CurrentCount == 0)
            _pending.Release();
    }

    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken ct) => _pending.WaitAsync(atMost, ct);

    public void Dispose() => _pending.Dispose();
}

namespace LifeCircle.Facilities.Imports.Running;

/// <summary>Wakes the worker of this process when an import is complete. Many signals are one; the slow poll sees those of other replicas.</summary>
internal sealed class ImportSignal : IDisposable
{
    private readonly SemaphoreSlim _pending = new(0);

    public void Set()
    {
        if (_pending.CurrentCount == 0) _pending.Release();
    }

    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancel) => _pending.WaitAsync(atMost, cancel);

    public void Dispose() => _pending.Dispose();
}

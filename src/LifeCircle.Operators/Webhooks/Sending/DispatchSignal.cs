using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LifeCircle.Operators.Webhooks.Sending;

/// <summary>Wakes the dispatcher of this process when there is something to deliver. Many signals are one; a slow poll sees what other replicas write.</summary>
internal sealed class DispatchSignal : DbTransactionInterceptor, IDisposable
{
    // Contexts whose transaction has written deliveries. Weak, because a pooled context outlives its lease; an entry left behind by a rollback
    // costs one needless look.
    private static readonly ConditionalWeakTable<DbContext, object> Uncommitted = [];

    private readonly SemaphoreSlim _pending = new(0);

    /// <summary>Wakes the dispatcher once the context's transaction has committed: before, there is nothing to see.</summary>
    public static void SetAfterCommit(DbContext db) => Uncommitted.AddOrUpdate(db, db.Database);

    public void Set()
    {
        if (_pending.CurrentCount == 0) _pending.Release();
    }

    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancel) => _pending.WaitAsync(atMost, cancel);

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { } db && Uncommitted.Remove(db)) Set();
        return Task.CompletedTask;
    }

    public void Dispose() => _pending.Dispose();
}

using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LifeCircle.Messaging.Outbox;

/// <summary>Lets saved rows go from the change tracker and wakes the relay, but only once they are really committed.</summary>
internal sealed class OutboxInterceptor(OutboxSignal signal) : SaveChangesInterceptor, IDbTransactionInterceptor
{
    // Contexts with rows inside a transaction of the caller. Weak, because a pooled context outlives its lease; an entry left
    // behind by a rollback costs one needless pass.
    private readonly ConditionalWeakTable<DbContext, object> _uncommitted = [];

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        Saved(eventData.Context);
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Saved(eventData.Context);
        return ValueTask.FromResult(result);
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Committed(eventData.Context);

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Committed(eventData.Context);
        return Task.CompletedTask;
    }

    private void Saved(DbContext? db)
    {
        if (db is null || !LetGo(db))
            return;
        if (db.Database.CurrentTransaction is null)
            signal.Set();
        else
            _uncommitted.AddOrUpdate(db, signal);
    }

    private void Committed(DbContext? db)
    {
        if (db is not null && _uncommitted.Remove(db))
            signal.Set();
    }

    private static bool LetGo(DbContext db)
    {
        var detect = db.ChangeTracker.AutoDetectChangesEnabled;
        db.ChangeTracker.AutoDetectChangesEnabled = false; // Entries() would compare every entity once more.
        try
        {
            var saved = db.ChangeTracker.Entries<OutboxMessage>().Where(e => e.State == EntityState.Unchanged).ToList();
            foreach (var entry in saved)
                entry.State = EntityState.Detached;
            return saved.Count > 0;
        }
        finally
        {
            db.ChangeTracker.AutoDetectChangesEnabled = detect;
        }
    }
}

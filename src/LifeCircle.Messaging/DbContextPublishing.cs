using LifeCircle.Contracts;
using LifeCircle.Messaging.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace LifeCircle.Messaging;

/// <summary>How a use case tells the others what happened.</summary>
public static class DbContextPublishing
{
    /// <summary>
    /// Publishes an event if, and only if, the next SaveChanges of this context commits. Events of one aggregate arrive in the
    /// order of their versions; no two may have the same version.
    /// </summary>
    public static void Publish(this DbContext db, IIntegrationEvent fact) => Add(db, fact, notBefore: null);

    /// <summary>
    /// Sends an event at or soon after a moment, if the next SaveChanges commits. A timer is not cancelled: its consumer looks
    /// at the state when it arrives. It has no place in the order of its aggregate's events.
    /// </summary>
    /// <param name="db">The context whose SaveChanges commits it.</param>
    /// <param name="fact">The event.</param>
    /// <param name="notBefore">The earliest moment of sending; in the past means at once.</param>
    public static void Schedule(this DbContext db, IIntegrationEvent fact, DateTimeOffset notBefore) => Add(db, fact, notBefore);

    // The row is an ordinary tracked entity: it is saved, retried, rolled back, cleared and returned to the pool like any other.
    private static void Add(DbContext db, IIntegrationEvent fact, DateTimeOffset? notBefore)
    {
        var now = db.GetService<TimeProvider>().GetUtcNow();
        db.Set<OutboxMessage>().Add(OutboxMessage.From(fact, notBefore?.ToUniversalTime(), now));
    }
}

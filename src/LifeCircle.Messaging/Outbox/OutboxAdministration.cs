using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Messaging.Outbox;

/// <summary>A message that was given up, as operations staff see it.</summary>
/// <param name="Id">The message id.</param>
/// <param name="MessageType">What it is: <c>urn:message:Namespace:Type</c>.</param>
/// <param name="AggregateId">What it is about; its later events wait behind it.</param>
/// <param name="AggregateVersion">The aggregate's version; null for a timer.</param>
/// <param name="CreatedAt">When it was committed.</param>
/// <param name="ParkedAt">When it was given up.</param>
/// <param name="Attempts">How often the broker refused it.</param>
/// <param name="LastError">Why, the last time.</param>
public sealed record ParkedMessage(
    Guid Id, string MessageType, Guid AggregateId, long? AggregateVersion, DateTimeOffset CreatedAt, DateTimeOffset ParkedAt, int Attempts, string? LastError);

/// <summary>What a person does about messages that the broker would not take.</summary>
public static class OutboxAdministration
{
    /// <summary>The parked messages, oldest first.</summary>
    public static Task<List<ParkedMessage>> ListParkedAsync(DbContext db, int limit = 100, CancellationToken ct = default) =>
        db.Set<OutboxMessage>().Where(m => m.Status == OutboxStatus.Parked).OrderBy(m => m.ParkedAt).Take(limit)
            .Select(m => new ParkedMessage(m.Id, m.MessageType, m.AggregateId, m.AggregateSeq, m.CreatedAt, m.ParkedAt!.Value, m.Attempts, m.LastError))
            .ToListAsync(ct);

    /// <summary>
    /// Lets the relay try parked messages again, all of them or one. The events behind them keep waiting until they are through.
    /// Returns how many.
    /// </summary>
    public static Task<int> RetryAsync(DbContext db, Guid? id = null, CancellationToken ct = default) =>
        db.Set<OutboxMessage>().Where(m => m.Status == OutboxStatus.Parked && (id == null || m.Id == id))
            .ExecuteUpdateAsync(row => row
                .SetProperty(m => m.Status, OutboxStatus.Scheduled)
                .SetProperty(m => m.NotBefore, m => m.CreatedAt) // due at once
                .SetProperty(m => m.Attempts, 1) // still refused once, so it keeps its aggregate's later events behind it
                .SetProperty(m => m.ParkedAt, (DateTimeOffset?)null), ct);

    /// <summary>Drops one parked message for good; the events behind it go out. Returns false if there is no such message.</summary>
    public static async Task<bool> DiscardAsync(DbContext db, Guid id, CancellationToken ct = default) =>
        await db.Set<OutboxMessage>().Where(m => m.Status == OutboxStatus.Parked && m.Id == id).ExecuteDeleteAsync(ct) == 1;
}

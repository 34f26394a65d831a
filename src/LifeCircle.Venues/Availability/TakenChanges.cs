using System.Data.Common;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using StackExchange.Redis;

namespace LifeCircle.Venues.Availability;

/// <summary>
/// Tells the cache of changes: that one is about to be committed, while the transaction still works on, and that it was, without the answer waiting for it. Only if the cache
/// did not take the first in time does the answer wait for the second.
/// </summary>
internal sealed class TakenChanges(TakenCache cache) : IDbTransactionInterceptor, IDbConnectionInterceptor
{
    // The transaction holds places and persons, for which others wait not much longer than this.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(30);

    private readonly ConditionalWeakTable<DbContext, Change> _changes = [];

    public void Note(DbContext db, RedisKey day) => _changes.GetOrCreateValue(db).Add(cache, day);

    public async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { } db && _changes.TryGetValue(db, out var change)) await change.BeginCommitAsync();
        return result;
    }

    public async Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is not { } db || !_changes.Remove(db, out var change)) return;
        var ending = change.EndAsync(cache);
        if (!change.IsAnnounced) await ending;
    }

    // Without a commit. Of one that nobody has heard the end of, it may still come to be: the marker stays for its time.
    public Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (eventData.Context is { } db && _changes.Remove(db, out var change) && !(change.IsCommitting && change.IsAnnounced)) _ = change.EndAsync(cache);
        return Task.CompletedTask;
    }

    private sealed class Change
    {
        private readonly byte[] _marker = TakenCache.NewMarker();
        private readonly long _since = Stopwatch.GetTimestamp();
        private readonly Dictionary<RedisKey, Task<bool>> _days = [];

        public bool IsCommitting { get; private set; }

        /// <summary>Whether everybody knows of it while it is committed.</summary>
        public bool IsAnnounced { get; private set; }

        public void Add(TakenCache cache, RedisKey day)
        {
            if (!_days.ContainsKey(day)) _days.Add(day, cache.BeginChangeAsync(_marker, day));
        }

        public async Task BeginCommitAsync()
        {
            var announced = Task.WhenAll(_days.Values);
            await Task.WhenAny(announced, Task.Delay(Patience));
            IsAnnounced = announced is { IsCompletedSuccessfully: true } && !(await announced).Contains(false) && Stopwatch.GetElapsedTime(_since) < TakenCache.MarkerHolds;
            IsCommitting = true;
        }

        public Task EndAsync(TakenCache cache) => cache.EndChangeAsync(_marker, [.. _days.Keys]);
    }
}

internal static class TakenNotes
{
    /// <summary>A place was taken or given back; in the transaction that does so.</summary>
    public static void NoteTaken(this VenuesDbContext db, Booking booking) =>
        db.GetService<TakenChanges>().Note(db, TakenCache.KeyOf(booking.FieldId, DistrictDay.Of(booking.From)));
}

using LifeCircle.Facilities.LifeCircles;
using LifeCircle.Facilities.Places;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace LifeCircle.Facilities.Divisions;

/// <summary>
/// Keeps the territory of today in memory. It asks the database at most every few seconds whether divisions or circles have changed, so
/// another replica's import is seen soon, and the calendar's midnight too.
/// </summary>
public sealed class Territories(IServiceScopeFactory scopes, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TrustedMeanwhile = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _loading = new(1);
    private volatile Loaded? _loaded;

    /// <summary>The day that it is in the district.</summary>
    public static DateOnly Today(TimeProvider clock) => DayOf(clock.GetUtcNow());

    /// <summary>The day that it is in the district at a moment.</summary>
    public static DateOnly DayOf(DateTimeOffset moment) =>
        Instant.FromDateTimeOffset(moment).InZone(LocalCalendar.District.Zone).Date.ToDateOnly();

    /// <summary>Today's territory.</summary>
    /// <exception cref="ServiceDefaults.RuleBroken"><c>facilities.no_district</c>: no divisions were imported yet.</exception>
    public async Task<Territory> CurrentAsync(CancellationToken cancel)
    {
        if (_loaded is { } loaded && clock.GetElapsedTime(loaded.CheckedAt) < Trusted) return loaded.Territory;
        if (!await _loading.WaitAsync(TimeSpan.Zero, cancel))
        {
            // Somebody is asking. Requests that wait for it hold connections, and it needs one: all must not wait for each other.
            if (_loaded is { } known && clock.GetElapsedTime(known.CheckedAt) < TrustedMeanwhile) return known.Territory;
            await _loading.WaitAsync(cancel);
        }
        try
        {
            if (_loaded is { } fresh && clock.GetElapsedTime(fresh.CheckedAt) < Trusted) return fresh.Territory;
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
            var checkedAt = clock.GetTimestamp();
            var today = Today(clock);
            var stamp = await StampAsync(db, cancel);
            var territory = _loaded is { } old && old.Day == today && old.Stamp == stamp ? old.Territory : await LoadAsync(db, today, cancel);
            _loaded = new Loaded(territory, today, stamp, checkedAt);
            return territory;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Lets the next question look again: this replica has just changed divisions or circles.</summary>
    public void Forget() => _loaded = null;

    /// <summary>Reads the territory as the given context sees it, inside its transaction.</summary>
    internal static async Task<Territory> LoadAsync(FacilitiesDbContext db, DateOnly day, CancellationToken cancel)
    {
        var divisions = await db.Set<Division>().AsNoTracking().ValidOn(day)
            .Select(row => new Area(row.Id, row.Code, row.Boundary)).ToListAsync(cancel);
        var circles = await db.Set<Circle>().AsNoTracking().Select(row => new Area(row.Id, row.Code, row.Boundary)).ToListAsync(cancel);
        return new Territory(divisions, circles);
    }

    public void Dispose() => _loading.Dispose();

    // Versions only grow and rows are never deleted, so the sums change whenever a row does.
    private static async Task<(decimal Divisions, decimal Circles)> StampAsync(FacilitiesDbContext db, CancellationToken cancel) =>
        (await db.Set<Division>().SumAsync(row => (decimal)row.Version, cancel), await db.Set<Circle>().SumAsync(row => (decimal)row.Version, cancel));

    private sealed record Loaded(Territory Territory, DateOnly Day, (decimal, decimal) Stamp, long CheckedAt);
}

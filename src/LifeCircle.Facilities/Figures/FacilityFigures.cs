using LifeCircle.Messaging;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Figures;

/// <summary>What is open in a life circle.</summary>
/// <param name="Open">Open facilities by category; a category without any is absent.</param>
public sealed record CircleFigures(IReadOnlyDictionary<string, int> Open)
{
    public static readonly CircleFigures None = new(new SortedDictionary<string, int>(StringComparer.Ordinal));
}

/// <summary>Open facilities per life circle and category, kept up by the service's own events.</summary>
internal static class FacilityFigures
{
    // Shared queues: the version in the row puts the events into order.
    public static MessagingBuilder AddFigures(this MessagingBuilder consumers) => consumers
        .AddConsumer<FacilityOpenedConsumer>(inOrder: false)
        .AddConsumer<FacilityChangedConsumer>(inOrder: false)
        .AddConsumer<FacilitySuspendedConsumer>(inOrder: false)
        .AddConsumer<FacilityReopenedConsumer>(inOrder: false)
        .AddConsumer<FacilityClosedConsumer>(inOrder: false);

    /// <summary>Notes what an event says, unless a later one of the same facility was here before.</summary>
    public static Task RecordAsync(
        FacilitiesDbContext db, Guid facilityId, long version, string category, Guid? lifeCircleId, bool isOpen, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"""
            INSERT INTO facility_standing AS known (facility_id, version, category, life_circle_id, is_open)
            VALUES ({facilityId}, {version}, {category}, {lifeCircleId}, {isOpen})
            ON CONFLICT (facility_id) DO UPDATE
              SET version = excluded.version, category = excluded.category, life_circle_id = excluded.life_circle_id, is_open = excluded.is_open
              WHERE known.version < excluded.version
            """, cancel);

    /// <summary>The figures of the given circles; every id has an entry.</summary>
    public static async Task<IReadOnlyDictionary<Guid, CircleFigures>> OfAsync(
        FacilitiesDbContext db, IReadOnlyList<Guid> circles, CancellationToken cancel)
    {
        var counts = await db.Set<FacilityStanding>().AsNoTracking()
            .Where(row => row.IsOpen && row.LifeCircleId != null && circles.Contains(row.LifeCircleId.Value))
            .GroupBy(row => new { row.LifeCircleId, row.Category })
            .Select(group => new { group.Key.LifeCircleId, group.Key.Category, Count = group.Count() }).ToListAsync(cancel);
        var byCircle = counts.ToLookup(count => count.LifeCircleId!.Value);
        return circles.ToDictionary(id => id, id => byCircle.Contains(id)
            ? new CircleFigures(new SortedDictionary<string, int>(byCircle[id].ToDictionary(c => c.Category, c => c.Count), StringComparer.Ordinal))
            : CircleFigures.None);
    }
}

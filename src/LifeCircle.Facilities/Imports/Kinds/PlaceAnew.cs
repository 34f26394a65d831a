using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Facilities;
using LifeCircle.Facilities.Imports.Running;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Imports.Kinds;

/// <summary>What a new map moved.</summary>
/// <param name="FacilitiesMoved">Facilities that are now in another division or life circle.</param>
/// <param name="BuildingsMoved">Buildings that are.</param>
/// <param name="FacilitiesOutside">Facilities that are in no division any more; they stay where they were entered.</param>
internal sealed record PlacedAnew(int FacilitiesMoved, int BuildingsMoved, int FacilitiesOutside);

/// <summary>
/// Finds division and life circle of everything anew after the map was redrawn. PostGIS picks out what may have moved; the territory, which
/// also places single requests, decides.
/// </summary>
internal static class PlaceAnew
{
    private const int BatchSize = 1_000;

    public static Task<PlacedAnew> RunAsync(FacilitiesDbContext db, ImportRun run, DateOnly today, CancellationToken cancel)
    {
        run.Stage = "placing";
        return RunAsync(db, run.Now, today, cancel);
    }

    /// <param name="db">Inside a transaction.</param>
    /// <param name="now">When it happens.</param>
    /// <param name="today">The day whose divisions count.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PlacedAnew> RunAsync(FacilitiesDbContext db, DateTimeOffset now, DateOnly today, CancellationToken cancel)
    {
        var candidates = await db.Database.SqlQuery<Candidate>($"""
            SELECT f.id, d.code IS NULL AS outside
            FROM facility f
            LEFT JOIN LATERAL (
              SELECT code FROM division
              WHERE ST_Covers(boundary, f.position) AND valid_from <= {today} AND (valid_until IS NULL OR valid_until > {today})
              ORDER BY length(code) DESC, code COLLATE "C" LIMIT 1) AS d ON true
            LEFT JOIN LATERAL (
              SELECT id FROM life_circle WHERE ST_Covers(boundary, f.position) ORDER BY code COLLATE "C" LIMIT 1) AS c ON true
            WHERE f.division_code IS DISTINCT FROM d.code OR (NOT f.life_circle_given AND f.life_circle_id IS DISTINCT FROM c.id)
            """).ToListAsync(cancel);
        var moved = 0;
        if (candidates.Where(row => !row.Outside).Select(row => row.Id).ToArray() is { Length: > 0 } inside)
        {
            var territory = await Territories.LoadAsync(db, today, cancel);
            foreach (var ids in inside.Chunk(BatchSize)) moved += await PlaceAsync(db, now, territory, ids, cancel);
        }
        return new(moved, await PlaceBuildingsAsync(db, today, cancel), candidates.Count(row => row.Outside));
    }

    private static async Task<int> PlaceAsync(
        FacilitiesDbContext db, DateTimeOffset now, Territory territory, Guid[] ids, CancellationToken cancel)
    {
        var moved = 0;
        var facilities = await db.Set<Facility>()
            .FromSql($"SELECT * FROM facility WHERE id = ANY ({ids}) ORDER BY id FOR NO KEY UPDATE").ToListAsync(cancel);
        foreach (var facility in facilities)
        {
            var placement = territory.Place(facility.Position);
            if (facility.LifeCircleGiven) placement = placement with { LifeCircleId = facility.LifeCircleId, LifeCircleGiven = true };
            if (facility.Place(placement, now) is not { } fact) continue;
            db.Tell(facility, fact);
            moved++;
        }
        await db.SaveChangesAsync(cancel);
        db.ChangeTracker.Clear();
        return moved;
    }

    private static Task<int> PlaceBuildingsAsync(FacilitiesDbContext db, DateOnly today, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"""
            UPDATE building SET division_code = found.code, life_circle_id = found.circle, version = version + 1
            FROM (
              SELECT b.id, d.code, c.id AS circle
              FROM building b
              CROSS JOIN LATERAL (
                SELECT code FROM division
                WHERE ST_Covers(boundary, b.position) AND valid_from <= {today} AND (valid_until IS NULL OR valid_until > {today})
                ORDER BY length(code) DESC, code COLLATE "C" LIMIT 1) AS d
              LEFT JOIN LATERAL (
                SELECT id FROM life_circle WHERE ST_Covers(boundary, b.position) ORDER BY code COLLATE "C" LIMIT 1) AS c ON true
            ) AS found
            WHERE found.id = building.id AND (division_code <> found.code OR life_circle_id IS DISTINCT FROM found.circle)
            """, cancel);

    private sealed record Candidate(Guid Id, bool Outside);
}

using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Facilities;
using LifeCircle.Facilities.Geometries;
using LifeCircle.Facilities.Places;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Finding;

/// <summary>A facility and how far it is.</summary>
/// <param name="Metres">In a straight line, on the ellipsoid. Walking distance is the matter of <c>/facilities/v1/reach</c>.</param>
/// <param name="Facility">The facility.</param>
public sealed record NearbyFacility(double Metres, FacilityAnswer Facility);

/// <summary>
/// The facilities around a point in a straight line, nearest first. Open ones are not cut at the border of the caller's division: nobody
/// stops walking there, and the register of open places is public. What is not open is the division's own business.
/// </summary>
public static class FindNearby
{
    public const int MaximumMetres = 5_000;

    /// <summary>Finds facilities by straight line. Two whose distances differ by less than 0.5 % may stand in either order.</summary>
    /// <param name="lon">Degrees east.</param>
    /// <param name="lat">Degrees north; beyond 90 the answer is that the axes may be swapped.</param>
    /// <param name="crs">What the two numbers mean; <c>wgs84</c> if not given.</param>
    /// <param name="metres">How far at the most, 1 to 5,000; 500 if not given.</param>
    /// <param name="category">Only these categories; may be repeated.</param>
    /// <param name="state">Only this state; <c>open</c> if not given. Any other is found in the caller's own division only, and what is
    /// planned or being built by no operator.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Whose division it is.</param>
    /// <param name="territories">Knows the district.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<GeoPage<NearbyFacility>> Handle(
        [Between(-180, 180)] double lon, [Between(-180, 180)] double lat, Crs? crs, [Between(1, MaximumMetres)] int? metres,
        string[]? category, FacilityState? state, PageRequest page, Caller caller, Territories territories, FacilitiesDbContext db, CancellationToken cancel)
    {
        FacilityFilters.RequireKnown(category);
        var position = (await territories.CurrentAsync(cancel)).District.Take(lon, lat, crs ?? Crs.Wgs84, field: "");
        var division = state is null or FacilityState.Open ? "" : caller.DivisionCode ?? "";
        var hits = !caller.MaySee(state ?? FacilityState.Open) ? [] : await HitsAsync(
            db, position, metres ?? 500, category is { Length: > 0 } ? category : null, state ?? FacilityState.Open, division, page, cancel);
        var ids = hits.Select(hit => hit.Id).ToArray();
        var facilities = await db.Set<Facility>().AsNoTracking().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancel);
        var spheres = hits.ToDictionary(hit => hit.Id, hit => hit.Sphere);
        // A facility may be gone between the two queries.
        var found = hits.Where(hit => facilities.ContainsKey(hit.Id))
            .Select(hit => new NearbyFacility(Math.Round(hit.Metres, 1), FacilityAnswer.Of(facilities[hit.Id]))).ToArray();
        return new(
            Paging.Ok(found, page, item => new After(spheres[item.Facility.Id], item.Facility.Id)),
            item => new Feature<NearbyFacility>(item.Facility.Id.ToString(), FacilityAnswer.Feature(item.Facility).Geometry, item));
    }

    // The index delivers the nearest first by the distance on the sphere, so that is the order and the cursor; what is shown is the
    // more exact one.
    private static Task<List<Hit>> HitsAsync(
        FacilitiesDbContext db, Position position, int metres, string[]? categories, FacilityState state, string division, PageRequest page,
        CancellationToken cancel)
    {
        var after = page.After<After>();
        return db.Database.SqlQuery<Hit>($"""
            SELECT id, sphere, metres
            FROM (
              SELECT id, position::geography <-> ST_SetSRID(ST_MakePoint({position.Lon}, {position.Lat}), 4326)::geography AS sphere,
                ST_Distance(position::geography, ST_SetSRID(ST_MakePoint({position.Lon}, {position.Lat}), 4326)::geography) AS metres
              FROM facility
              WHERE ST_DWithin(position::geography, ST_SetSRID(ST_MakePoint({position.Lon}, {position.Lat}), 4326)::geography, {metres})
                AND state = {WireNames.Of(state)} AND starts_with(division_code, {division})
                AND ({categories}::text[] IS NULL OR category = ANY ({categories}::text[]))
            ) AS hit
            WHERE (sphere, id) > ({after?.Sphere ?? -1}, {after?.Id ?? Guid.Empty})
            ORDER BY sphere, id LIMIT {page.Limit + 1}
            """).ToListAsync(cancel);
    }

    private sealed record Hit(Guid Id, double Sphere, double Metres);

    private sealed record After(double Sphere, Guid Id);
}

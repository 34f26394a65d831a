using LifeCircle.Operators.Offerings.Terms;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Places;

/// <summary>
/// This service's own copy of where life circles and facilities lie, so that it can tell what an operator may name while the Facilities service is
/// away. Events keep it up; what was there before them, or was missed, comes in by the change feed (<see cref="LearnPlaces"/>).
/// </summary>
internal sealed class KnownPlaces
{
    private readonly Dictionary<Guid, KnownCircle> _circles;
    private readonly Dictionary<Guid, KnownFacility> _facilities;

    private KnownPlaces(Dictionary<Guid, KnownCircle> circles, Dictionary<Guid, KnownFacility> facilities) => (_circles, _facilities) = (circles, facilities);

    /// <summary>What is known of the places that these terms name.</summary>
    public static async Task<KnownPlaces> OfAsync(OperatorsDbContext db, IReadOnlyList<OfferingTerms> terms, CancellationToken cancel)
    {
        var circles = terms.SelectMany(term => term.LifeCircleIds).Distinct().ToArray();
        var facilities = terms.SelectMany(term => term.FacilityIds).Distinct().ToArray();
        return new(
            circles.Length == 0 ? []
                : await db.Set<KnownCircle>().AsNoTracking().Where(row => circles.Contains(row.LifeCircleId)).ToDictionaryAsync(row => row.LifeCircleId, cancel),
            facilities.Length == 0 ? []
                : await db.Set<KnownFacility>().AsNoTracking().Where(row => facilities.Contains(row.FacilityId)).ToDictionaryAsync(row => row.FacilityId, cancel));
    }

    /// <summary>The division that leads it; null if it is not known.</summary>
    public string? DivisionOfCircle(Guid id) => _circles.GetValueOrDefault(id)?.DivisionCode;

    /// <summary>Where it stands, or stood; null if it is not known.</summary>
    public string? DivisionOfFacility(Guid id) => _facilities.GetValueOrDefault(id)?.DivisionCode;

    public bool HasClosed(Guid facility) => _facilities.GetValueOrDefault(facility) is { IsClosed: true };

    /// <summary>Notes what is said of a facility, unless a later word was here before.</summary>
    public static Task NoteFacilityAsync(
        OperatorsDbContext db, Guid id, long version, string divisionCode, bool isClosed, CancellationToken cancel) => db.Database.ExecuteSqlAsync($"""
            INSERT INTO known_facility AS known (facility_id, version, division_code, is_closed)
            VALUES ({id}, {version}, {divisionCode}, {isClosed})
            ON CONFLICT (facility_id) DO UPDATE
              SET version = excluded.version, division_code = excluded.division_code, is_closed = excluded.is_closed
              WHERE known.version < excluded.version
            """, cancel);

    /// <summary>The same of a life circle.</summary>
    public static Task NoteCircleAsync(OperatorsDbContext db, Guid id, long version, string divisionCode, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"""
            INSERT INTO known_circle AS known (life_circle_id, version, division_code)
            VALUES ({id}, {version}, {divisionCode})
            ON CONFLICT (life_circle_id) DO UPDATE
              SET version = excluded.version, division_code = excluded.division_code
              WHERE known.version < excluded.version
            """, cancel);
}

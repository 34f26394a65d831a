using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;
using static System.FormattableString;

namespace LifeCircle.Venues.Availability;

/// <summary>Which schools are within a walk of a door: along the streets by the Facilities service, or in a straight line while that is away.</summary>
internal sealed class WalkingReach(FacilitiesService facilities, IConfiguration settings)
{
    /// <summary>How fast somebody is taken to walk in a straight line, in metres a second; slow, because the way is longer than the line.</summary>
    public const string FallbackSpeedSetting = "Venues:FallbackMetresPerSecond";

    private const double DefaultFallbackSpeed = 0.6;

    /// <summary>The walks to schools, by the school's id.</summary>
    public async Task<IReadOnlyDictionary<Guid, Walk>> OfAsync(VenuesDbContext db, double lon, double lat, int minutes, string profile, CancellationToken cancel)
    {
        var schools = await db.Set<School>().AsNoTracking().Select(row => new { row.Id, row.FacilityId, row.Lon, row.Lat }).ToListAsync(cancel);
        if (await facilities.WithinWalkAsync(Invariant($"lon={lon}&lat={lat}&minutes={minutes}&profile={profile}"), cancel) is { } reached)
            return schools.Where(school => reached.ContainsKey(school.FacilityId))
                .ToDictionary(school => school.Id, school => new Walk(reached[school.FacilityId], WalkMetric.Network));
        var speed = settings.GetValue(FallbackSpeedSetting, DefaultFallbackSpeed);
        return schools.Select(school => (school.Id, Seconds: (int)Math.Ceiling(StraightLine.Metres(lon, lat, school.Lon, school.Lat) / speed)))
            .Where(school => school.Seconds <= minutes * 60).ToDictionary(school => school.Id, school => new Walk(school.Seconds, WalkMetric.StraightLine));
    }
}

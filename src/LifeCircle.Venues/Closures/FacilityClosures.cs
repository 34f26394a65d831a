using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Closures;

/// <summary>The closure of a school that comes and goes with its facility.</summary>
internal static class FacilityClosures
{
    /// <summary>Brings it in line with what is said of the facility, under the lock of the school's setup. Null: there is nothing to change.</summary>
    /// <param name="db">The service's database.</param>
    /// <param name="school">The school.</param>
    /// <param name="suspension">Null: the facility serves, and will.</param>
    /// <param name="now">When.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Closure?> FollowFacilityAsync(
        this VenuesDbContext db, School school, FacilitySuspension? suspension, DateTimeOffset now, CancellationToken cancel)
    {
        // One that is over is history; what comes then is another one.
        var current = await db.Set<Closure>().Where(row => row.SchoolId == school.Id && row.FollowsFacility && row.LiftedAt == null && (row.Until == null || row.Until > now))
            .SingleOrDefaultAsync(cancel);
        if (suspension is null || suspension.Until <= now)
        {
            current?.Reopen(now);
            return current;
        }
        if (current is not null && (current.From, current.Until, current.TextZh) == (suspension.From, suspension.Until, suspension.Reason)) return null;
        var details = new ClosureDetails([], suspension.From, suspension.Until, ClosureReason.Facility, suspension.Reason, null);
        if (current is not null)
        {
            current.FollowAgain(details);
            return current;
        }
        var closure = Closure.Follow(school.Id, details, now);
        db.Add(closure);
        return closure;
    }
}

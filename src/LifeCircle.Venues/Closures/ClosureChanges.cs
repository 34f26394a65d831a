using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Changes;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Closures;

/// <summary>Reading a closure in order to change it, and what follows from it.</summary>
internal static class ClosureChanges
{
    public static IQueryable<Closure> VisibleClosures(this VenuesDbContext db, Caller caller) => caller.DivisionCode is null
        ? db.Set<Closure>()
        : db.Set<Closure>().Where(row => db.Set<School>().VisibleTo(caller).Any(school => school.Id == row.SchoolId));

    /// <exception cref="RuleBroken">There is none that the caller may see.</exception>
    public static async Task<Closure> ClosureAsync(this VenuesDbContext db, Guid id, Caller caller, CancellationToken cancel) =>
        await db.VisibleClosures(caller).SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw new RuleBroken(VenuesRules.ClosureNotFound);

    /// <summary>The same, under the lock of its school's setup.</summary>
    /// <exception cref="RuleBroken">It is not the version that the change is based on.</exception>
    public static async Task<Closure> TakeClosureAsync(this VenuesDbContext db, Guid id, Caller caller, IfMatch ifMatch, CancellationToken cancel)
    {
        var school = await db.VisibleClosures(caller).Where(row => row.Id == id).Select(row => (Guid?)row.SchoolId).SingleOrDefaultAsync(cancel)
            ?? throw new RuleBroken(VenuesRules.ClosureNotFound);
        await db.ChangeSetupAsync(school, cancel);
        var closure = await db.ClosureAsync(id, caller, cancel);
        ifMatch.Require(closure.Version);
        return closure;
    }

    /// <summary>Tells others of it, cancels bookings that it leaves no room for, and saves. Returns those bookings.</summary>
    public static async Task<IReadOnlyList<Booking>> TellClosureAsync(this VenuesDbContext db, Closure changed, DateTimeOffset now, CancellationToken cancel)
    {
        db.Publish(changed.Announced(now));
        await db.RecordAsync(changed, now, cancel);
        return await db.FollowAsync(changed.SchoolId, now, cancel);
    }
}

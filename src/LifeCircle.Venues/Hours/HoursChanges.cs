using LifeCircle.Contracts.Venues;
using LifeCircle.Messaging;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Changes;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Hours;

/// <summary>What follows from other sharing hours.</summary>
internal static class HoursChanges
{
    /// <summary>Tells others, cancels bookings that the hours leave no room for, and saves.</summary>
    public static async Task TellHoursAsync(this VenuesDbContext db, SharingHours changed, bool isWithdrawn, DateTimeOffset now, CancellationToken cancel)
    {
        var version = await db.Set<School>().Where(row => row.Id == changed.SchoolId).Select(row => row.SetupVersion).SingleAsync(cancel);
        db.Publish(new SharingHoursChanged(changed.SchoolId, version, changed.FieldId, changed.ValidFrom, now));
        await db.RecordAsync(changed, isWithdrawn, now, cancel);
        await db.FollowAsync(changed.SchoolId, now, cancel);
    }
}

using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LifeCircle.Venues.Hours;

/// <summary>Hours that are not in force yet are withdrawn.</summary>
public static class WithdrawHours
{
    /// <summary>Withdraws them.</summary>
    /// <param name="id">The school.</param>
    /// <param name="hoursId">The sharing hours.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="clock">Knows today.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<NoContent> Handle(Guid id, Guid hoursId, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        await db.ChangeSetupAsync(id, cancel);
        var hours = await db.HoursAsync(id, hoursId, caller, cancel);
        var now = clock.GetUtcNow();
        if (hours.ValidFrom <= DistrictDay.Of(now)) throw new RuleBroken(VenuesRules.HoursInForce);
        db.Remove(hours);
        await db.TellHoursAsync(hours, isWithdrawn: true, now, cancel);
        return TypedResults.NoContent();
    }
}

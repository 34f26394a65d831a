using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Companions;

/// <summary>Somebody does not come along after all; another may then.</summary>
public static class RemoveCompanion
{
    /// <summary>Removes a companion.</summary>
    /// <param name="id">The booking.</param>
    /// <param name="companionId">Who does not come, by the id within the booking.</param>
    /// <param name="caller">An operator sees what it has booked, a system of the district all in its division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="clock">Knows now.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<NoContent> Handle(Guid id, Guid companionId, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        await db.TakeCompanyAsync(id, caller, clock.GetUtcNow(), cancel);
        var removed = await db.Set<Companion>().Where(row => row.Id == companionId && row.BookingId == id).ExecuteDeleteAsync(cancel);
        return removed == 1 ? TypedResults.NoContent() : throw new RuleBroken(CompanionRules.NotFound);
    }
}

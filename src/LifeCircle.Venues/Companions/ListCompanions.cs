using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LifeCircle.Venues.Companions;

/// <summary>Who comes along.</summary>
public static class ListCompanions
{
    public static async Task<Ok<IReadOnlyList<CompanionAnswer>>> Handle(
        Guid id, Caller caller, VenuesDbContext db, PersonalData personal, CancellationToken cancel)
    {
        await db.BookingAsync(id, caller, cancel);
        return TypedResults.Ok<IReadOnlyList<CompanionAnswer>>([.. (await db.CompanionsAsync([id], personal, cancel))[id]]);
    }
}

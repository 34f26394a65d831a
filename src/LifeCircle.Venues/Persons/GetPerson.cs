using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LifeCircle.Venues.Persons;

/// <summary>One account, masked.</summary>
public static class GetPerson
{
    public static async Task<Ok<PersonAnswer>> Handle(
        Guid id, Caller caller, VenuesDbContext db, PersonalData personal, TimeProvider clock, CancellationToken cancel) =>
        TypedResults.Ok(PersonAnswer.Of(await db.PersonAsync(id, caller, cancel), personal, clock.GetUtcNow()));
}

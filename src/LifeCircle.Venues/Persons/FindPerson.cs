using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Persons;

/// <summary>Whose account.</summary>
public sealed record FindPersonRequest
{
    /// <summary>Resident ID (GB 11643).</summary>
    [TextLength(18, 40)]
    public required string ResidentId { get; init; }

    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(FindPersonRequest);
}

/// <summary>The account of a resident ID.</summary>
public static class FindPerson
{
    public static async Task<Ok<PersonAnswer>> Handle(FindPersonRequest request, Caller caller, VenuesDbContext db, PersonalData personal, BlindIndex indexes,
        TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var index = indexes.Of(Person.ResidentIdColumn, ResidentId.Parse(request.ResidentId, "resident_id", DistrictDay.Of(now)));
        var person = await db.VisiblePersons(caller).AsNoTracking().SingleOrDefaultAsync(row => row.ResidentIdIndex == index, cancel);
        return TypedResults.Ok(PersonAnswer.Of(person ?? throw new RuleBroken(PersonRules.NotFound), personal, now));
    }
}

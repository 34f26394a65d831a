using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Waitlists;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LifeCircle.Venues.Persons;

/// <summary>A ban ends early.</summary>
public static class LiftBan
{
    public static async Task<Ok<PersonAnswer>> Handle(
        Guid id, Caller caller, VenuesDbContext db, PersonalData personal, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await db.PersonAsync(id, caller, cancel);
        if (caller is not { OperatorId: null, DivisionCode: null or { Length: 6 } }) throw new RuleBroken(VenuesRules.DistrictOnly);
        db.ChangeTracker.Clear();
        var person = await db.HoldPersonAsync(id, cancel);
        if (person.IsBanned(now))
        {
            person.LiftBan(now);
            db.LookAgainFor(id, now);
            db.RecordAudit(AuditActor.Of(caller), "person.ban_lifted", "person", id, now);
            await db.SaveChangesAsync(cancel);
        }
        return TypedResults.Ok(PersonAnswer.Of(person, personal, now));
    }
}

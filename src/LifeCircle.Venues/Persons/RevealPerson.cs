using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LifeCircle.Venues.Persons;

/// <summary>Who a person is, in plain text: for a purpose, and written down in the audit before it is told.</summary>
public static class RevealPerson
{
    public static async Task<Ok<PlainPersonAnswer>> Handle(
        Guid id, RevealRequest request, Caller caller, VenuesDbContext db, PersonalData personal, TimeProvider clock, CancellationToken cancel)
    {
        var person = await db.PersonAsync(id, caller, cancel);
        var grant = await db.RevealAsync(AuditActor.Of(caller), request, clock.GetUtcNow(), "person", id, Person.Columns, cancel);
        return TypedResults.Ok(new PlainPersonAnswer(personal.Open(Person.NameColumn, id, person.Name, grant),
            personal.Open(Person.ResidentIdColumn, id, person.ResidentId, grant),
            person.Phone is { } phone ? personal.Open(Person.PhoneColumn, id, phone, grant) : null));
    }
}

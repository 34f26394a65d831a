using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LifeCircle.Operators.Contacts;

/// <summary>Whom to call, in plain text: for a purpose, and written down in the audit before it is told.</summary>
public static class RevealContact
{
    public static async Task<Ok<PlainContactAnswer>> Handle(
        Guid id, RevealRequest request, Caller caller, OperatorsDbContext db, PersonalData personal, TimeProvider clock, CancellationToken cancel)
    {
        var contact = await db.ContactAsync(id, caller, cancel);
        caller.RequireDistrict([]);
        var grant = await db.RevealAsync(AuditActor.Of(caller), request, clock.GetUtcNow(), "operator", id, Contact.Columns, cancel);
        return TypedResults.Ok(new PlainContactAnswer(
            personal.Open(Contact.NameColumn, id, contact.Name, grant),
            personal.Open(Contact.PhoneColumn, id, contact.Phone, grant),
            contact.Email is { } email ? personal.Open(Contact.EmailColumn, id, email, grant) : null));
    }
}

using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Contacts;

/// <summary>An operator, or the district's service window for it, names somebody else, or another number.</summary>
public static class ChangeContact
{
    public static async Task<OkVersioned<ContactAnswer>> Handle(Guid id, ContactRequest request, IfMatch ifMatch, Caller caller,
        OperatorsDbContext db, PersonalData personal, TimeProvider clock, CancellationToken cancel)
    {
        var contact = await db.ContactAsync(id, caller, cancel);
        if (caller.OperatorId is null)
            caller.RequireDistrict((await db.Set<Operator>().AsNoTracking().SingleAsync(row => row.Id == id, cancel)).DivisionCodes);
        ifMatch.Require(contact.Version);
        var now = clock.GetUtcNow();
        contact.Change(request.Read(), personal, now);
        db.RecordAudit(AuditActor.Of(caller), "operator.contact_changed", "operator", id, now);
        await db.SaveChangesAsync(cancel);
        return ContactAnswer.Ok(contact, personal);
    }
}

using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Contacts;

/// <summary>Whom to call about an operator, masked.</summary>
public static class GetContact
{
    public static async Task<OkVersioned<ContactAnswer>> Handle(Guid id, Caller caller, OperatorsDbContext db, PersonalData personal, CancellationToken cancel) =>
        ContactAnswer.Ok(await db.ContactAsync(id, caller, cancel), personal);

    /// <exception cref="RuleBroken">There is no such operator that the caller may see.</exception>
    internal static async Task<Contact> ContactAsync(this OperatorsDbContext db, Guid id, Caller caller, CancellationToken cancel) =>
        await db.Set<Operator>().VisibleTo(caller).AnyAsync(row => row.Id == id, cancel)
            ? await db.Set<Contact>().SingleAsync(row => row.OperatorId == id, cancel)
            : throw new RuleBroken(OperatorsRules.OperatorNotFound);
}

using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Operators;

/// <summary>One operator.</summary>
public static class GetOperator
{
    public static async Task<OkVersioned<OperatorAnswer>> Handle(Guid id, Caller caller, OperatorsDbContext db, CancellationToken cancel) =>
        await db.Set<Operator>().AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel) is { } found
            ? OperatorAnswer.Ok(found)
            : throw new RuleBroken(OperatorsRules.OperatorNotFound);
}

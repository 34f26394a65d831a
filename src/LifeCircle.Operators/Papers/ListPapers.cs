using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Papers;

/// <summary>What an operator has shown. The ETag is the operator's, on which decisions about papers are based.</summary>
public static class ListPapers
{
    public static async Task<OkVersioned<PapersAnswer>> Handle(Guid id, Caller caller, OperatorsDbContext db, CancellationToken cancel)
    {
        var shown = await db.HolderAsync(id, caller, cancel);
        return ETags.Ok(new PapersAnswer([.. shown.Papers.OrderBy(paper => paper.Id).Select(PaperAnswer.Of)]), shown.Version);
    }

    internal static async Task<Operator> HolderAsync(this OperatorsDbContext db, Guid id, Caller caller, CancellationToken cancel) =>
        await db.Set<Operator>().AsNoTracking().Include(row => row.Papers).VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel)
        ?? throw new RuleBroken(OperatorsRules.OperatorNotFound);
}

using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Papers;

/// <summary>One licence or insurance. The ETag is the operator's, on which a decision about it is based.</summary>
public static class GetPaper
{
    /// <summary>One paper.</summary>
    /// <param name="id">The operator.</param>
    /// <param name="paperId">The paper.</param>
    /// <param name="caller">Sees its own operator, or those of its division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<OkVersioned<PaperAnswer>> Handle(Guid id, Guid paperId, Caller caller, OperatorsDbContext db, CancellationToken cancel)
    {
        var holder = await db.HolderAsync(id, caller, cancel);
        return ETags.Ok(PaperAnswer.Of(holder.PaperOf(paperId)), holder.Version);
    }
}

using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LifeCircle.Facilities.Imports;

/// <summary>Cancels an import that has not ended.</summary>
public static class CancelImport
{
    // Once this has answered, nothing of the import will be applied: its transaction can no longer commit.
    public static async Task<Ok<ImportAnswer>> Handle(
        Guid id, Caller caller, FacilitiesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        await db.FindImportAsync(id, caller, cancel);
        var cancelled = await db.CancelAsync(id, clock.GetUtcNow(), cancel);
        var import = await db.FindImportAsync(id, caller, cancel);
        return cancelled || import.State is ImportState.Cancelled
            ? TypedResults.Ok(ImportAnswer.Of(import))
            : throw new RuleBroken(FacilitiesRules.ImportFinished, "state");
    }
}

using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Imports;

/// <summary>One import: how far it is, or what became of it.</summary>
public static class GetImport
{
    public static async Task<Ok<ImportAnswer>> Handle(Guid id, Caller caller, FacilitiesDbContext db, CancellationToken cancel) =>
        TypedResults.Ok(ImportAnswer.Of(await db.FindImportAsync(id, caller, cancel)));
}

internal static class ImportQueries
{
    /// <summary>Imports of clients of the caller's division. One that is not complete yet is nobody's business.</summary>
    public static IQueryable<Import> VisibleTo(this IQueryable<Import> imports, Caller caller)
    {
        var complete = imports.Where(row => row.State != ImportState.Receiving);
        return caller.DivisionCode is { } own ? complete.Where(row => row.DivisionCode!.StartsWith(own)) : complete;
    }

    /// <exception cref="RuleBroken">There is none that the caller may see.</exception>
    public static async Task<Import> FindImportAsync(this FacilitiesDbContext db, Guid id, Caller caller, CancellationToken cancel) =>
        await db.Set<Import>().AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel)
            ?? throw new RuleBroken(FacilitiesRules.ImportNotFound);
}

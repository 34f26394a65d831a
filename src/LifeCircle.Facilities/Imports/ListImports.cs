using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Imports;

/// <summary>The imports, newest first.</summary>
public static class ListImports
{
    /// <summary>Lists imports.</summary>
    /// <param name="kind">Only of this kind.</param>
    /// <param name="state">Only in this state.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees the imports of its own division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<ImportAnswer>> Handle(
        string? kind, ImportState? state, PageRequest page, Caller caller, FacilitiesDbContext db, CancellationToken cancel)
    {
        var rows = db.Set<Import>().AsNoTracking().VisibleTo(caller);
        if (kind is not null) rows = rows.Where(row => row.Kind == kind);
        if (state is not null) rows = rows.Where(row => row.State == state);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Id < after.Id);
        var found = await rows.OrderByDescending(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(ImportAnswer.Of)], page, item => new After(item.Id));
    }

    private sealed record After(Guid Id);
}

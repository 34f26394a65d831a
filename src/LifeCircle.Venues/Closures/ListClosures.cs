using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Closures;

/// <summary>Closures, by when they begin.</summary>
public static class ListClosures
{
    /// <summary>Lists closures.</summary>
    /// <param name="school">Only of this school: its id.</param>
    /// <param name="from">Only those that end after this moment.</param>
    /// <param name="until">Only those that begin before this moment.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<ClosureAnswer>> Handle(
        Guid? school, DateTimeOffset? from, DateTimeOffset? until, PageRequest page, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        var rows = db.VisibleClosures(caller).AsNoTracking();
        if (school is not null) rows = rows.Where(row => row.SchoolId == school);
        if (from is not null) rows = rows.Where(row => row.Until == null || row.Until > from);
        if (until is not null) rows = rows.Where(row => row.From < until);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.From > after.From || (row.From == after.From && row.Id > after.Id));
        var found = await rows.OrderBy(row => row.From).ThenBy(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(ClosureAnswer.Of)], page, item => new After(item.From, item.Id));
    }

    private sealed record After(DateTimeOffset From, Guid Id);
}

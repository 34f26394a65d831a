using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Draws.Entries;

/// <summary>Entries of a draw, in the order in which they were made.</summary>
public static class ListEntries
{
    /// <summary>Lists entries.</summary>
    /// <param name="id">The draw.</param>
    /// <param name="person">Only of this person: the account's id.</param>
    /// <param name="state">Only this state.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">An operator sees what it has entered, a system of the district all in its division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<EntryAnswer>> Handle(
        Guid id, Guid? person, DrawEntryState? state, PageRequest page, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        await db.DrawAsync(id, caller, cancel);
        var rows = db.VisibleEntries(caller).AsNoTracking().Where(row => row.DrawId == id);
        if (person is not null) rows = rows.Where(row => row.PersonId == person);
        if (state is not null) rows = rows.Where(row => row.State == state);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Id > after.Id);
        var found = await rows.OrderBy(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(EntryAnswer.Of)], page, item => new After(item.Id));
    }

    /// <summary>One entry.</summary>
    /// <param name="id">The draw.</param>
    /// <param name="entryId">The entry.</param>
    /// <param name="caller">An operator sees what it has entered, a system of the district all in its division.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<OkVersioned<EntryAnswer>> One(Guid id, Guid entryId, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        await db.DrawAsync(id, caller, cancel);
        return EntryAnswer.Ok(await db.EntryAsync(id, entryId, caller, cancel));
    }

    private sealed record After(Guid Id);
}

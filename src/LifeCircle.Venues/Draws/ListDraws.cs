using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Draws;

/// <summary>Draws, in the order in which they were announced.</summary>
public static class ListDraws
{
    /// <summary>Lists draws.</summary>
    /// <param name="school">Only of this school: its id.</param>
    /// <param name="field">Only of this field: its id.</param>
    /// <param name="state">Only this state.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="clock">Knows now.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<DrawAnswer>> Handle(Guid? school, Guid? field, DrawState? state, PageRequest page, Caller caller,
        VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var rows = db.VisibleDraws(caller).AsNoTracking();
        if (school is not null) rows = rows.Where(row => row.SchoolId == school);
        if (field is not null) rows = rows.Where(row => row.FieldId == field);
        if (state is not null)
            rows = state switch
            {
                DrawState.Announced => rows.Where(row => row.State == DrawState.Announced && row.OpensAt > now),
                DrawState.Open => rows.Where(row => row.State == DrawState.Announced && row.OpensAt <= now),
                _ => rows.Where(row => row.State == state),
            };
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Id > after.Id);
        var found = await rows.OrderBy(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(row => DrawAnswer.Of(row, now))], page, item => new After(item.Id));
    }

    /// <summary>One draw.</summary>
    public static async Task<OkVersioned<DrawAnswer>> One(Guid id, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel) =>
        DrawAnswer.Ok(await db.DrawAsync(id, caller, cancel), clock.GetUtcNow());

    private sealed record After(Guid Id);
}

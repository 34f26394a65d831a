using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Draws.Entries;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Draws;

/// <summary>Who sees which draws and entries.</summary>
internal static class DrawQueries
{
    public static IQueryable<Draw> VisibleDraws(this VenuesDbContext db, Caller caller) => caller.DivisionCode is null
        ? db.Set<Draw>()
        : db.Set<Draw>().Where(row => db.Set<School>().VisibleTo(caller).Any(school => school.Id == row.SchoolId));

    /// <summary>An operator's client sees what its operator has entered, a system of the district all in its division.</summary>
    public static IQueryable<DrawEntry> VisibleEntries(this VenuesDbContext db, Caller caller)
    {
        var rows = db.Set<DrawEntry>().Where(row => db.VisibleDraws(caller).Any(draw => draw.Id == row.DrawId));
        return caller.OperatorId is { } self ? rows.Where(row => row.OperatorId == self) : rows;
    }

    /// <exception cref="RuleBroken">There is none that the caller may see.</exception>
    public static async Task<Draw> DrawAsync(this VenuesDbContext db, Guid id, Caller caller, CancellationToken cancel) =>
        await db.VisibleDraws(caller).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw new RuleBroken(DrawRules.NotFound);

    /// <summary>The draw, while its school's setup stays as it is: so it does not close until the transaction ends.</summary>
    /// <exception cref="RuleBroken">There is none that the caller may see.</exception>
    public static async Task<Draw> KeepDrawAsync(this VenuesDbContext db, Guid id, Caller caller, CancellationToken cancel)
    {
        await db.KeepSetupAsync((await db.DrawAsync(id, caller, cancel)).SchoolId, cancel);
        return await db.DrawAsync(id, caller, cancel);
    }

    /// <exception cref="RuleBroken">There is none that the caller may see.</exception>
    public static async Task<DrawEntry> EntryAsync(this VenuesDbContext db, Guid drawId, Guid id, Caller caller, CancellationToken cancel) =>
        await db.VisibleEntries(caller).SingleOrDefaultAsync(row => row.Id == id && row.DrawId == drawId, cancel) ?? throw new RuleBroken(DrawRules.EntryNotFound);
}

using LifeCircle.Operators.Offerings.Terms;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Offerings.Versions;

/// <summary>All that an offering ever was. Whoever does not decide about it sees the versions since it was first published.</summary>
public static class OfferingVersions
{
    /// <summary>Lists the versions of an offering, the oldest first.</summary>
    /// <param name="id">The offering.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees what it sees of the offering.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<OfferingAnswer>> List(Guid id, PageRequest page, Caller caller, OperatorsDbContext db, CancellationToken cancel)
    {
        var (offering, rows) = await FindAsync(id, caller, db, cancel);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Version > after.Version);
        var found = await rows.OrderBy(row => row.Version).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(row => OfferingAnswer.Of(offering, row))], page, item => new After(item.Version));
    }

    /// <summary>Reads one version of an offering.</summary>
    /// <param name="id">The offering.</param>
    /// <param name="version">As an order or an event names it.</param>
    /// <param name="caller">Sees what it sees of the offering.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Ok<OfferingAnswer>> Get(
        Guid id, [Between(1, int.MaxValue)] int version, Caller caller, OperatorsDbContext db, CancellationToken cancel)
    {
        var (offering, rows) = await FindAsync(id, caller, db, cancel);
        var found = await rows.SingleOrDefaultAsync(row => row.Version == version, cancel) ?? throw new RuleBroken(OfferingRules.VersionNotFound);
        return TypedResults.Ok(OfferingAnswer.Of(offering, found));
    }

    private static async Task<(Offering Offering, IQueryable<OfferingVersion> Versions)> FindAsync(
        Guid id, Caller caller, OperatorsDbContext db, CancellationToken cancel)
    {
        var offering = await db.VisibleOfferings(caller).SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw new RuleBroken(OfferingRules.NotFound);
        var rows = db.Set<OfferingVersion>().AsNoTracking().Where(row => row.OfferingId == id);
        return await db.Set<Offering>().DecidedBy(caller).AnyAsync(row => row.Id == id, cancel)
            ? (offering, rows)
            : (offering, rows.Where(row => row.State != OfferingState.Draft));
    }

    private sealed record After(long Version);
}

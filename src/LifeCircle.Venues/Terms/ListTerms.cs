using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Terms;

/// <summary>Booking terms that were announced.</summary>
public static class ListTerms
{
    /// <summary>Lists them, the latest first.</summary>
    /// <param name="id">The school.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<SchoolTermsAnswer>> Handle(Guid id, PageRequest page, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        await db.SchoolAsync(id, caller, cancel);
        var rows = db.Set<SchoolTerms>().AsNoTracking().Where(row => row.SchoolId == id);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.ValidFrom < after.ValidFrom || (row.ValidFrom == after.ValidFrom && row.Id > after.Id));
        var found = await rows.OrderByDescending(row => row.ValidFrom).ThenBy(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(SchoolTermsAnswer.Of)], page, item => new After(item.ValidFrom, item.Id));
    }

    /// <summary>Some booking terms.</summary>
    /// <param name="id">The school.</param>
    /// <param name="termsId">The booking terms.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Ok<SchoolTermsAnswer>> One(Guid id, Guid termsId, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        await db.SchoolAsync(id, caller, cancel);
        var row = await db.Set<SchoolTerms>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == termsId && row.SchoolId == id, cancel);
        return TypedResults.Ok(SchoolTermsAnswer.Of(row ?? throw new RuleBroken(TermsRules.NotFound)));
    }

    private sealed record After(DateOnly ValidFrom, Guid Id);
}

using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Hours;

/// <summary>Sharing hours that were announced.</summary>
public static class ListHours
{
    /// <summary>Lists them, the latest first.</summary>
    /// <param name="id">The school.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<SharingHoursAnswer>> Handle(Guid id, PageRequest page, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        await db.SchoolAsync(id, caller, cancel);
        var rows = db.Set<SharingHours>().AsNoTracking().Where(row => row.SchoolId == id);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.ValidFrom < after.ValidFrom || (row.ValidFrom == after.ValidFrom && row.Id > after.Id));
        var found = await rows.OrderByDescending(row => row.ValidFrom).ThenBy(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(SharingHoursAnswer.Of)], page, item => new After(item.ValidFrom, item.Id));
    }

    /// <summary>Some sharing hours.</summary>
    /// <param name="id">The school.</param>
    /// <param name="hoursId">The sharing hours.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Ok<SharingHoursAnswer>> One(Guid id, Guid hoursId, Caller caller, VenuesDbContext db, CancellationToken cancel) =>
        TypedResults.Ok(SharingHoursAnswer.Of(await db.HoursAsync(id, hoursId, caller, cancel)));

    internal static async Task<SharingHours> HoursAsync(this VenuesDbContext db, Guid schoolId, Guid id, Caller caller, CancellationToken cancel)
    {
        await db.SchoolAsync(schoolId, caller, cancel);
        return await db.Set<SharingHours>().SingleOrDefaultAsync(row => row.Id == id && row.SchoolId == schoolId, cancel) ?? throw new RuleBroken(VenuesRules.HoursNotFound);
    }

    private sealed record After(DateOnly ValidFrom, Guid Id);
}

using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Schools;

/// <summary>The schools that share their fields, in the order in which they were taken in.</summary>
public static class ListSchools
{
    /// <summary>Lists schools.</summary>
    /// <param name="division">Only in this division: 6, 9 or 12 digits.</param>
    /// <param name="circle">Only in this life circle: its id.</param>
    /// <param name="facility">Only the one that is this facility: its id.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<SchoolAnswer>> Handle(
        [Matches(@"^[0-9]{6}([0-9]{3}){0,2}$")] string? division, Guid? circle, Guid? facility, PageRequest page, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        var rows = db.Set<School>().AsNoTracking().VisibleTo(caller);
        if (division is not null) rows = rows.Where(row => row.DivisionCode.StartsWith(division));
        if (circle is not null) rows = rows.Where(row => row.LifeCircleId == circle);
        if (facility is not null) rows = rows.Where(row => row.FacilityId == facility);
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Id > after.Id);
        var found = await rows.OrderBy(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(SchoolAnswer.Of)], page, item => new After(item.Id));
    }

    private sealed record After(Guid Id);
}

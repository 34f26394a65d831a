using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Fields;

/// <summary>The fields that schools share, in the order in which they were taken in.</summary>
public static class ListFields
{
    /// <summary>Lists fields.</summary>
    /// <param name="school">Only of this school: its id.</param>
    /// <param name="division">Only in this division: 6, 9 or 12 digits.</param>
    /// <param name="circle">Only in this life circle: its id.</param>
    /// <param name="sport">Only for this sport: its code.</param>
    /// <param name="indoor">Only under a roof, or only without.</param>
    /// <param name="lighting">Only with light at night, or only without.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PageResult<FieldAnswer>> Handle(Guid? school, [Matches(@"^[0-9]{6}([0-9]{3}){0,2}$")] string? division, Guid? circle,
        string? sport, bool? indoor, bool? lighting, PageRequest page, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        var rows = db.VisibleFields(caller).AsNoTracking().Where(row => row.RetiredAt == null).Matching(sport, indoor, lighting);
        if (school is not null) rows = rows.Where(row => row.SchoolId == school);
        if (division is not null || circle is not null)
            rows = rows.Where(row => db.Set<School>().Any(of => of.Id == row.SchoolId
                && (division == null || of.DivisionCode.StartsWith(division)) && (circle == null || of.LifeCircleId == circle)));
        if (page.After<After>() is { } after) rows = rows.Where(row => row.Id > after.Id);
        var found = await rows.OrderBy(row => row.Id).Take(page.Limit + 1).ToListAsync(cancel);
        return Paging.Ok([.. found.Select(FieldAnswer.Of)], page, item => new After(item.Id));
    }

    /// <summary>Those that are good for a sport.</summary>
    /// <exception cref="RuleBroken">There is no such sport.</exception>
    private static IQueryable<Field> Matching(this IQueryable<Field> fields, string? sport, bool? indoor, bool? lighting)
    {
        if (sport is not null) Sports.Require(sport);
        if (sport is not null) fields = fields.Where(row => EF.Property<string[]>(row, FieldMapping.Sports).Contains(sport));
        if (indoor is not null) fields = fields.Where(row => row.Indoor == indoor);
        return lighting is null ? fields : fields.Where(row => row.Lighting == lighting);
    }

    /// <summary>The catalogue of sports.</summary>
    public static Ok<IReadOnlyList<Sport>> Catalogue() => TypedResults.Ok(Sports.All);

    private sealed record After(Guid Id);
}

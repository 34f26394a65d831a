using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Fields;

/// <summary>Who sees which fields.</summary>
internal static class FieldQueries
{
    public static IQueryable<Field> VisibleFields(this VenuesDbContext db, Caller caller) => caller.DivisionCode is null
        ? db.Set<Field>()
        : db.Set<Field>().Where(row => db.Set<School>().VisibleTo(caller).Any(school => school.Id == row.SchoolId));

    /// <exception cref="RuleBroken">There is none that the caller may see.</exception>
    public static async Task<Field> FieldAsync(this VenuesDbContext db, Guid id, Caller caller, CancellationToken cancel) =>
        await db.VisibleFields(caller).SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw new RuleBroken(VenuesRules.FieldNotFound);

    /// <summary>The field, for a change of its school's setup.</summary>
    /// <exception cref="RuleBroken">There is none that the caller may see, or it is not the version that the change is based on.</exception>
    public static async Task<Field> TakeFieldAsync(this VenuesDbContext db, Guid id, Caller caller, IfMatch ifMatch, CancellationToken cancel)
    {
        var school = await db.VisibleFields(caller).Where(row => row.Id == id).Select(row => (Guid?)row.SchoolId).SingleOrDefaultAsync(cancel)
            ?? throw new RuleBroken(VenuesRules.FieldNotFound);
        await db.ChangeSetupAsync(school, cancel);
        var field = await db.FieldAsync(id, caller, cancel);
        ifMatch.Require(field.Version);
        return field;
    }

    /// <exception cref="RuleBroken">One is not a field of the school.</exception>
    public static async Task RequireFieldsAsync(this VenuesDbContext db, Guid schoolId, IReadOnlyList<Guid> ids, string field, CancellationToken cancel)
    {
        if (ids.Count > 0) (await db.FieldIdsAsync(schoolId, cancel)).Require(ids, field);
    }

    /// <summary>What a request may name of a school; for one that does so in many places.</summary>
    public static Task<HashSet<Guid>> FieldIdsAsync(this VenuesDbContext db, Guid schoolId, CancellationToken cancel) =>
        db.Set<Field>().Where(row => row.SchoolId == schoolId).Select(row => row.Id).ToHashSetAsync(cancel);

    /// <exception cref="RuleBroken">One is not a field of the school.</exception>
    public static void Require(this IReadOnlySet<Guid> ofSchool, IReadOnlyList<Guid> ids, string field)
    {
        foreach (var (place, id) in ids.Index())
            if (!ofSchool.Contains(id) || ids.Take(place).Contains(id))
                throw new RuleBroken(VenuesRules.ValueInvalid, $"{field}[{place}]", "It must be a field of the school, once.", "须为该学校的场地，且不重复。");
    }
}

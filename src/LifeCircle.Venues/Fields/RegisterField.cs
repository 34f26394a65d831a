using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Changes;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Fields;

/// <summary>A school shares another field.</summary>
public static class RegisterField
{
    private const int MaximumFields = 60;

    public static async Task<CreatedVersioned<FieldAnswer>> Handle(
        Guid id, FieldRequest request, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var details = request.Read();
        await db.ChangeSetupAsync(id, cancel);
        var school = await db.SchoolAsync(id, caller, cancel);
        if (await db.Set<Field>().CountAsync(row => row.SchoolId == id, cancel) >= MaximumFields) throw new RuleBroken(VenuesRules.TooManyFields);
        var now = clock.GetUtcNow();
        var field = Field.Register(school.Id, details, now);
        db.Add(field);
        await db.RecordAsync(field, now, cancel);
        await db.SaveChangesAsync(cancel);
        return ETags.Created($"/venues/v1/fields/{field.Id}", FieldAnswer.Of(field), field.Version);
    }
}

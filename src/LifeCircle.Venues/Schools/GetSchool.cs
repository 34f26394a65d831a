using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Schools;

/// <summary>One school.</summary>
public static class GetSchool
{
    public static async Task<OkVersioned<SchoolAnswer>> Handle(Guid id, Caller caller, VenuesDbContext db, CancellationToken cancel) =>
        SchoolAnswer.Ok(await db.SchoolAsync(id, caller, cancel));
}

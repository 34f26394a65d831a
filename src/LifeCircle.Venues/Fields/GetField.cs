using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Fields;

/// <summary>One field.</summary>
public static class GetField
{
    public static async Task<OkVersioned<FieldAnswer>> Handle(Guid id, Caller caller, VenuesDbContext db, CancellationToken cancel) =>
        FieldAnswer.Ok(await db.FieldAsync(id, caller, cancel));
}

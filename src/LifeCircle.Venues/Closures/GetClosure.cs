using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Closures;

/// <summary>One closure.</summary>
public static class GetClosure
{
    public static async Task<OkVersioned<ClosureAnswer>> Handle(Guid id, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        var closure = await db.ClosureAsync(id, caller, cancel);
        return ETags.Ok(ClosureAnswer.Of(closure), closure.Version);
    }
}

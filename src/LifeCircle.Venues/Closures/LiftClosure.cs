using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Closures;

/// <summary>A closure does not count any more. What it has cancelled stays cancelled.</summary>
public static class LiftClosure
{
    public static async Task<OkVersioned<ClosureAnswer>> Handle(
        Guid id, IfMatch ifMatch, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var closure = await db.TakeClosureAsync(id, caller, ifMatch, cancel);
        closure.Lift(now);
        await db.TellClosureAsync(closure, now, cancel);
        return ETags.Ok(ClosureAnswer.Of(closure), closure.Version);
    }
}

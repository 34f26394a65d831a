using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;

namespace LifeCircle.Venues.Closures;

/// <summary>Another time, reason or text. What it has cancelled stays cancelled.</summary>
public static class ChangeClosure
{
    public static async Task<OkVersioned<ClosureOutcome>> Handle(
        Guid id, ClosureRequest request, IfMatch ifMatch, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var closure = await db.TakeClosureAsync(id, caller, ifMatch, cancel);
        var details = request.Read(closure.From, now);
        await db.RequireFieldsAsync(closure.SchoolId, details.FieldIds, "field_ids", cancel);
        closure.Change(details, now);
        var affected = await db.TellClosureAsync(closure, now, cancel);
        return ETags.Ok(ClosureOutcome.Of(closure, affected), closure.Version);
    }
}

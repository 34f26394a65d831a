using LifeCircle.Facilities.Facilities;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.LifeCycle;

/// <summary>When and why a facility does not serve.</summary>
public sealed record SuspendFacilityRequest
{
    /// <summary>First moment without service; left out: now. Ignored where a suspension is in effect: it has begun.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>First moment with service again, when the facility reopens by itself; left out: until it is reopened.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>As announced to residents.</summary>
    [TextLength(1, 300)]
    public required string Reason { get; init; }
}

/// <summary>Takes a facility out of service, now or at an announced time, or moves the end of a suspension.</summary>
public static class SuspendFacility
{
    public static async Task<OkVersioned<FacilityAnswer>> Handle(
        Guid id, SuspendFacilityRequest request, IfMatch ifMatch, Caller caller, FacilitiesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var facility = await db.TakeForChangeAsync(id, caller, ifMatch, cancel);
        var now = clock.GetUtcNow();
        var fact = facility.Suspend(
            (request.From ?? now).ToUniversalTime(), request.Until?.ToUniversalTime(), FacilitiesRules.Text.Require(request.Reason, "reason", 300), now);
        db.ScheduleSuspension(facility, now);
        return await db.CommitAsync(facility, fact, cancel);
    }
}

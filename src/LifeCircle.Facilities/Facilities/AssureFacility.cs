using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Facilities;

/// <summary>Somebody has been there and looked.</summary>
public sealed record AssureFacilityRequest
{
    /// <summary>The body that looked, e.g. a street office; never a person.</summary>
    [TextLength(1, 100)]
    public required string By { get; init; }

    /// <summary>What shape it is in; left out: as before.</summary>
    public Condition? Condition { get; init; }

    /// <summary>Whether people who cannot climb steps get in; left out: as before.</summary>
    public Accessibility? Accessibility { get; init; }
}

/// <summary>Notes that a facility stands and serves, so that its record can be relied on.</summary>
public static class AssureFacility
{
    public static async Task<OkVersioned<FacilityAnswer>> Handle(
        Guid id, AssureFacilityRequest request, IfMatch ifMatch, Caller caller, FacilitiesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var facility = await db.TakeForChangeAsync(id, caller, ifMatch, cancel);
        var by = FacilitiesRules.Text.Require(request.By, "by", 100);
        return await db.CommitAsync(facility, facility.Assure(by, request.Condition, request.Accessibility, clock.GetUtcNow()), cancel);
    }
}

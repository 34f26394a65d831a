using LifeCircle.Facilities.Divisions;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.Facilities;

/// <summary>A new facility.</summary>
public sealed record RegisterFacilityRequest : FacilityRequest
{
    /// <summary><c>planned</c>, <c>building</c> or <c>open</c>.</summary>
    public FacilityState State { get; init; } = FacilityState.Open;

    /// <summary>The system that owns the external id; together with it or not at all.</summary>
    [TextLength(1, 100)]
    public string? Source { get; init; }

    /// <summary>The facility's id there; once in a source.</summary>
    [TextLength(1, 100)]
    public string? ExternalId { get; init; }
}

/// <summary>Takes a facility into the register.</summary>
public static class RegisterFacility
{
    public static async Task<CreatedVersioned<FacilityAnswer>> Handle(
        RegisterFacilityRequest request, Caller caller, Territories territories, FacilitiesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var (details, placement) = request.Read(await territories.CurrentAsync(cancel), caller);
        var facility = Facility.Register(Origin(request), details, placement, request.State, clock.GetUtcNow());
        db.Add(facility);
        db.Tell(facility, facility.Since(before: null));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException taken) when (DatabaseFault.IsDuplicate(taken, FacilityMapping.OriginIndex))
        {
            throw new RuleBroken(FacilitiesRules.ExternalIdTaken, "external_id");
        }
        return ETags.Created($"/facilities/v1/facilities/{facility.Id}", FacilityAnswer.Of(facility), facility.Version);
    }

    private static FacilityOrigin? Origin(RegisterFacilityRequest request) => request switch
    {
        { Source: null, ExternalId: null } => null,
        { Source: { } source, ExternalId: { } id } => new(FacilitiesRules.Text.Require(source, "source", 100), FacilitiesRules.Text.Require(id, "external_id", 100)),
        _ => throw new RuleBroken(FacilitiesRules.ValueInvalid, request.Source is null ? "source" : "external_id",
            "source and external_id come together.", "source 与 external_id 须同时提供。"),
    };
}

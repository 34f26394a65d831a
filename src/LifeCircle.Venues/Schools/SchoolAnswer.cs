using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Schools;

/// <summary>A liability insurance.</summary>
public sealed record InsuranceRequest
{
    /// <summary>Who insures.</summary>
    [TextLength(1, 100)]
    public required string Insurer { get; init; }

    /// <summary>Number of the policy.</summary>
    [TextLength(1, 60)]
    public required string PolicyNumber { get; init; }

    /// <summary>Its last day.</summary>
    public required DateOnly ValidUntil { get; init; }

    internal Insurance Read() => new(
        VenuesRules.Text.Require(Insurer, "insurance.insurer", 100), VenuesRules.Text.Require(PolicyNumber, "insurance.policy_number", 60), ValidUntil);
}

/// <summary>A school that shares its fields.</summary>
/// <param name="Id">Its id.</param>
/// <param name="FacilityId">What the Facilities service calls it.</param>
/// <param name="NameZh">Its name.</param>
/// <param name="NameEn">The same in English.</param>
/// <param name="DivisionCode">The smallest division around it.</param>
/// <param name="LifeCircleId">The life circle around it.</param>
/// <param name="Lon">Degrees east, WGS 84.</param>
/// <param name="Lat">Degrees north, WGS 84.</param>
/// <param name="Insurance">The liability insurance on file; without a valid one its fields are closed.</param>
/// <param name="Version">Its version; the ETag holds it, too.</param>
/// <param name="ChangedAt">When it last changed.</param>
public sealed record SchoolAnswer(
    Guid Id, Guid FacilityId, string NameZh, string? NameEn, string DivisionCode, Guid? LifeCircleId, double Lon, double Lat, Insurance? Insurance,
    long Version, DateTimeOffset ChangedAt)
{
    internal static SchoolAnswer Of(School row) => new(row.Id, row.FacilityId, row.NameZh, row.NameEn, row.DivisionCode, row.LifeCircleId,
        Math.Round(row.Lon, 7), Math.Round(row.Lat, 7), row.Insurance, row.Version, row.ChangedAt);

    internal static OkVersioned<SchoolAnswer> Ok(School row) => ETags.Ok(Of(row), row.Version);
}

using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Places;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Facilities;

/// <summary>What a client says about a facility. A change replaces all of it: what is left out is no longer known.</summary>
public record FacilityRequest
{
    /// <summary>Code of the category, e.g. <c>wet_market</c>; see <c>/facilities/v1/categories</c>.</summary>
    [TextLength(1, 60)]
    public required string Category { get; init; }

    /// <summary>Chinese name.</summary>
    [TextLength(1, FacilityDetails.MaximumNameLength)]
    public required string NameZh { get; init; }

    /// <summary>English name.</summary>
    [TextLength(1, FacilityDetails.MaximumNameLength)]
    public string? NameEn { get; init; }

    /// <summary>Where it is; a point outside the district is refused.</summary>
    public required PositionRequest Position { get; init; }

    /// <summary>As written on letters.</summary>
    [TextLength(1, FacilityDetails.MaximumAddressLength)]
    public string? Address { get; init; }

    /// <summary>The division that it lies in, as a check; the smallest one around the point is kept.</summary>
    [Matches(Division.CodePattern)]
    public string? DivisionCode { get; init; }

    /// <summary>Code of the life circle that it belongs to; the one around the point if left out.</summary>
    [TextLength(1, 50)]
    public string? LifeCircleCode { get; init; }

    /// <summary>Left out: not known.</summary>
    public OpeningHours? OpeningHours { get; init; }

    /// <summary>Places, seats, beds or persons at a time.</summary>
    [Between(0, 1_000_000)]
    public int? Capacity { get; init; }

    /// <summary>Square metres: land for parks, gardens and fields, floor otherwise.</summary>
    [Between(0.01, 1_000_000_000)]
    public decimal? AreaM2 { get; init; }

    /// <summary>Whether people who cannot climb steps get in.</summary>
    public Accessibility Accessibility { get; init; }

    /// <summary>What shape it is in.</summary>
    public Condition Condition { get; init; }

    /// <summary>Who runs it: a body, not a person.</summary>
    [TextLength(1, FacilityDetails.MaximumNameLength)]
    public string? OperatorName { get; init; }

    /// <summary>The operator's id at the Operators service.</summary>
    public Guid? OperatorId { get; init; }

    /// <exception cref="RuleBroken">The point or the placement is wrong, or foreign to the caller.</exception>
    internal (FacilityDetails Details, Placement Placement) Read(Territory territory, Caller caller)
    {
        var position = territory.District.Take(Position.Lon, Position.Lat, Position.Crs);
        var placement = territory.Place(position, DivisionCode, LifeCircleCode);
        if (!caller.Covers(placement.DivisionCode)) throw new RuleBroken(FacilitiesRules.ForeignDivision, "position");
        var details = new FacilityDetails
        {
            Category = Category,
            NameZh = NameZh,
            NameEn = NameEn,
            Position = position,
            Address = Address,
            OpeningHours = OpeningHours,
            Capacity = Capacity,
            AreaM2 = AreaM2,
            Accessibility = Accessibility,
            Condition = Condition,
            OperatorName = OperatorName,
            OperatorId = OperatorId,
        };
        return (details, placement);
    }
}

using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Places;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Facilities;

/// <summary>What a facility is, apart from its place in the district and its state. The same rules hold for requests and imports.</summary>
public sealed record FacilityDetails
{
    public const int MaximumNameLength = 200;
    public const int MaximumAddressLength = 300;

    public required string Category { get; init; }

    public required string NameZh { get; init; }

    public string? NameEn { get; init; }

    public required Position Position { get; init; }

    public string? Address { get; init; }

    /// <summary>Null: not known.</summary>
    public OpeningHours? OpeningHours { get; init; }

    /// <summary>Places, seats, beds or persons at a time.</summary>
    public int? Capacity { get; init; }

    /// <summary>Square metres: land for parks, gardens and fields, floor otherwise.</summary>
    public decimal? AreaM2 { get; init; }

    public Accessibility Accessibility { get; init; }

    public Condition Condition { get; init; }

    public string? OperatorName { get; init; }

    /// <summary>The operator's id at the Operators service.</summary>
    public Guid? OperatorId { get; init; }

    internal static FacilityDetails Of(Facility facility) => new()
    {
        Category = facility.Category,
        NameZh = facility.NameZh,
        NameEn = facility.NameEn,
        Position = facility.Position,
        Address = facility.Address,
        OpeningHours = facility.OpeningHours,
        Capacity = facility.Capacity,
        AreaM2 = facility.AreaM2,
        Accessibility = facility.Accessibility,
        Condition = facility.Condition,
        OperatorName = facility.OperatorName,
        OperatorId = facility.OperatorId,
    };

    /// <summary>The same details, tidied, if they obey the rules.</summary>
    /// <exception cref="RuleBroken">Naming the field.</exception>
    public FacilityDetails Check()
    {
        if (FacilityCategories.Find(Category) is null) throw new RuleBroken(FacilitiesRules.CategoryUnknown, "category");
        if (Capacity < 0) throw new RuleBroken(FacilitiesRules.ValueInvalid, "capacity", "It cannot be negative.", "不能为负数。");
        if (AreaM2 is <= 0 or > 1_000_000_000)
            throw new RuleBroken(FacilitiesRules.ValueInvalid, "area_m2", "It must be above 0 and below 1,000 km2.", "须大于 0 且小于 1,000 平方公里。");
        return this with
        {
            NameZh = FacilitiesRules.Text.Require(NameZh, "name_zh", MaximumNameLength),
            NameEn = FacilitiesRules.Text.Optional(NameEn, "name_en", MaximumNameLength),
            Address = FacilitiesRules.Text.Optional(Address, "address", MaximumAddressLength),
            OpeningHours = OpeningHours?.Check(),
            AreaM2 = AreaM2 is { } area ? decimal.Round(area, 2) : null,
            OperatorName = FacilitiesRules.Text.Optional(OperatorName, "operator_name", MaximumNameLength),
        };
    }
}

/// <summary>What a source's file says about a facility: more than a request, because it brings the state and the assurance along.</summary>
internal sealed record FacilityReport
{
    public required FacilityDetails Details { get; init; }

    public required Placement Placement { get; init; }

    /// <summary>Null: not reported. A new facility is open then, a known one stays as it is.</summary>
    public FacilityState? State { get; init; }

    /// <summary>Only of a suspended facility. Null: since the moment that is known, or else since now.</summary>
    public DateTimeOffset? SuspendedFrom { get; init; }

    public DateTimeOffset? SuspendedUntil { get; init; }

    /// <summary>Given with every suspension.</summary>
    public string? SuspensionReason { get; init; }

    /// <summary>Null: not reported, and not forgotten either.</summary>
    public Assurance? Assurance { get; init; }
}

/// <summary>Somebody has seen that a facility stands and serves.</summary>
internal sealed record Assurance(DateTimeOffset At, string By);

/// <summary>A time out of service.</summary>
internal sealed record Suspension(DateTimeOffset From, DateTimeOffset? Until, string Reason)
{
    private const int LongestYears = 50;

    /// <summary>An end that makes sense, or none: what is out of service for longer than anybody plans has closed.</summary>
    public static bool CanEnd(DateTimeOffset? until, DateTimeOffset from, DateTimeOffset now) =>
        until is not { } end || (end > from && end > now && end <= now.AddYears(LongestYears));
}

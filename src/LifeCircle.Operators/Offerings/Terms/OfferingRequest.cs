using LifeCircle.Operators.Kinds;
using LifeCircle.Operators.Operators;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Offerings.Terms;

/// <summary>What an operator provides. A change replaces all of it.</summary>
public record OfferingRequest
{
    /// <summary>Code of the kind of service, one that the operator is approved for; see <c>/operators/v1/kinds</c>.</summary>
    [TextLength(1, 60)]
    public required string Kind { get; init; }

    /// <summary>Shown to residents.</summary>
    [TextLength(1, OfferingTerms.MaximumTitleLength)]
    public required string TitleZh { get; init; }

    /// <summary>The same in English.</summary>
    [TextLength(1, OfferingTerms.MaximumTitleLength)]
    public string? TitleEn { get; init; }

    /// <summary>Where: codes of 6, 9 or 12 digits inside the operator's divisions. Together with the life circles: in any of them. One of the two is needed.</summary>
    [Count(0, OfferingTerms.MaximumPlaces)]
    public IReadOnlyList<string> DivisionCodes { get; init; } = [];

    /// <summary>Where, by life circle: ids of the Facilities service. The division that leads the circle lies inside the operator's divisions.</summary>
    [Count(0, OfferingTerms.MaximumPlaces)]
    public IReadOnlyList<Guid> LifeCircleIds { get; init; } = [];

    /// <summary>
    /// The facilities that it is provided at or from: ids of the Facilities service, inside the operator's divisions, not closed for good. One that
    /// closes later stays named until the next change.
    /// </summary>
    [Count(0, OfferingTerms.MaximumPlaces)]
    public IReadOnlyList<Guid> FacilityIds { get; init; } = [];

    /// <summary>When, by the week, in the district's zone; spans do not overlap.</summary>
    [Count(1, WeeklyHours.MaximumRows)]
    public required IReadOnlyList<HoursRow> Hours { get; init; }

    /// <summary>How many units a day; left out for no limit.</summary>
    [Between(1, OfferingTerms.MaximumCapacity)]
    public int? CapacityPerDay { get; init; }

    /// <summary>For a unit.</summary>
    public required Money Price { get; init; }

    /// <summary>What is counted and paid.</summary>
    public required OfferingUnit Unit { get; init; }

    /// <exception cref="RuleBroken">Naming the field.</exception>
    internal OfferingTerms Read()
    {
        OperatorDetails.RequireCodes(DivisionCodes);
        RequireOnce(DivisionCodes, "division_codes");
        RequireOnce(LifeCircleIds, "life_circle_ids");
        RequireOnce(FacilityIds, "facility_ids");
        if (DivisionCodes.Count + LifeCircleIds.Count == 0)
            throw new RuleBroken(OperatorsRules.ValueInvalid, "division_codes", "Name a division or a life circle.", "须指定至少一个区划或生活圈。");
        return new(
            ServiceKinds.Require(Kind, "kind").Code,
            OperatorsRules.Text.Require(TitleZh, "title_zh", OfferingTerms.MaximumTitleLength),
            OperatorsRules.Text.Optional(TitleEn, "title_en", OfferingTerms.MaximumTitleLength),
            DivisionCodes, LifeCircleIds, FacilityIds, WeeklyHours.Of(Hours), CapacityPerDay, Price.ReadAmount(OperatorsRules.ValueInvalid, "price"), Unit);
    }

    // Refused rather than dropped: the index in later complaints is that of the request.
    private static void RequireOnce<T>(IReadOnlyList<T> items, string field)
    {
        var seen = new HashSet<T>();
        foreach (var (place, item) in items.Index())
            if (!seen.Add(item)) throw new RuleBroken(OperatorsRules.ValueInvalid, $"{field}[{place}]", "It stands there twice.", "重复出现。");
    }
}

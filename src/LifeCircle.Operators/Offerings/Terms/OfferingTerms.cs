using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Places;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Offerings.Terms;

/// <summary>What an offering's price is for.</summary>
public enum OfferingUnit
{
    Meal,
    Visit,
    Hour,
    Order,
    Day,
    Course,
    Job,
}

/// <summary>What is provided, where, when, how much of it and at what price; a version of an offering keeps it as it was.</summary>
internal sealed record OfferingTerms(
    string Kind, string TitleZh, string? TitleEn, IReadOnlyList<string> DivisionCodes, IReadOnlyList<Guid> LifeCircleIds,
    IReadOnlyList<Guid> FacilityIds, WeeklyHours Hours, int? CapacityPerDay, decimal Price, OfferingUnit Unit)
{
    public const int MaximumTitleLength = 100;
    public const int MaximumPlaces = 50;
    public const int MaximumCapacity = 100_000;

    /// <summary>The divisions that it touches: those that it names, and those that lead its life circles. None lies inside another.</summary>
    public string[] AreaCodes(KnownPlaces places) => OperatorDetails.Outermost([.. DivisionCodes, .. LifeCircleIds.Select(places.DivisionOfCircle).OfType<string>()]);

    /// <exception cref="RuleBroken">A life circle or facility is not known, or the facility has closed for good.</exception>
    public void RequireKnown(KnownPlaces places)
    {
        FieldError[] errors =
        [
            .. from circle in LifeCircleIds.Index() where places.DivisionOfCircle(circle.Item) is null
               select new FieldError($"life_circle_ids[{circle.Index}]", "There is no such life circle.", "没有该生活圈。"),
            .. from facility in FacilityIds.Index() where places.DivisionOfFacility(facility.Item) is null
               select new FieldError($"facility_ids[{facility.Index}]", "There is no such facility.", "没有该设施。"),
            .. from facility in FacilityIds.Index() where places.HasClosed(facility.Item)
               select new FieldError($"facility_ids[{facility.Index}]", "The facility has closed for good.", "该设施已永久关闭。"),
        ];
        if (errors.Length > 0) throw new RuleBroken(OfferingRules.PlaceUnknown, errors);
    }

    /// <summary>What goes beyond what an operator is approved for; nothing, if it may offer this.</summary>
    public IReadOnlyList<FieldError> Beyond(Operator provider, KnownPlaces places)
    {
        return
        [
            .. provider.Kinds.Contains(Kind) ? (FieldError[])[] : [new("kind", "The operator is not approved for this kind.", "运营方未获准提供该类服务。")],
            .. Outside("division_codes", DivisionCodes),
            .. Outside("life_circle_ids", LifeCircleIds.Select(places.DivisionOfCircle)),
            .. Outside("facility_ids", FacilityIds.Select(places.DivisionOfFacility)),
        ];

        IEnumerable<FieldError> Outside(string field, IEnumerable<string?> codes) =>
            from code in codes.Index()
            where code.Item is null || !provider.DivisionCodes.Any(own => code.Item.StartsWith(own, StringComparison.Ordinal))
            select new FieldError($"{field}[{code.Index}]", "It lies outside the operator's divisions.", "不在运营方的服务区划内。");
    }
}

using LifeCircle.Operators.Offerings.Terms;
using LifeCircle.Operators.Offerings.Versions;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Offerings;

/// <summary>An offering, as it is or as it was in a version.</summary>
/// <param name="Id">Its id, also in events.</param>
/// <param name="OperatorId">Who provides it.</param>
/// <param name="Version">Its version; the ETag holds it, too.</param>
/// <param name="State">Where it is on its way. A published one can be ordered only while its operator is on probation or active.</param>
/// <param name="Kind">Code of the kind of service.</param>
/// <param name="TitleZh">Shown to residents.</param>
/// <param name="TitleEn">The same in English.</param>
/// <param name="DivisionCodes">Where. Together with the life circles: in any of them.</param>
/// <param name="LifeCircleIds">Where, by life circle.</param>
/// <param name="FacilityIds">The facilities that it is provided at or from; one may have closed since the last change.</param>
/// <param name="Hours">When, by the week, in the district's zone: days with equal spans together.</param>
/// <param name="OpeningHours">The same in OpenStreetMap's notation, as in events.</param>
/// <param name="CapacityPerDay">How many units a day; absent for no limit.</param>
/// <param name="Price">For a unit.</param>
/// <param name="Unit">What is counted and paid.</param>
/// <param name="CreatedAt">When it was drafted.</param>
/// <param name="ChangedAt">When this version was made.</param>
public sealed record OfferingAnswer(
    Guid Id, Guid OperatorId, long Version, OfferingState State, string Kind, string TitleZh, string? TitleEn, IReadOnlyList<string> DivisionCodes,
    IReadOnlyList<Guid> LifeCircleIds, IReadOnlyList<Guid> FacilityIds, IReadOnlyList<HoursRow> Hours, string OpeningHours, int? CapacityPerDay, Money Price,
    OfferingUnit Unit, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    internal static OfferingAnswer Of(Offering row) => Of(row, row.Terms, row.Version, row.State, row.ChangedAt);

    internal static OfferingAnswer Of(Offering row, OfferingVersion then) => Of(row, then.Terms, then.Version, then.State, then.At);

    internal static OkVersioned<OfferingAnswer> Ok(Offering row) => ETags.Ok(Of(row), row.Version);

    private static OfferingAnswer Of(Offering row, OfferingTerms terms, long version, OfferingState state, DateTimeOffset at) => new(
        row.Id, row.OperatorId, version, state, terms.Kind, terms.TitleZh, terms.TitleEn, terms.DivisionCodes, terms.LifeCircleIds, terms.FacilityIds,
        terms.Hours.Rows, terms.Hours.ToString(), terms.CapacityPerDay, new Money { Amount = terms.Price }, terms.Unit, row.CreatedAt, at);
}

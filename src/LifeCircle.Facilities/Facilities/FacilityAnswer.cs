using LifeCircle.Facilities.Geometries;
using LifeCircle.Facilities.Places;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Facilities;

/// <summary>A point as it was given.</summary>
/// <param name="Lon">Degrees east, in <c>crs</c>.</param>
/// <param name="Lat">Degrees north, in <c>crs</c>.</param>
/// <param name="Crs">What the numbers mean: phones send wgs84, AMap and WeChat gcj02, Baidu bd09, planning data cgcs2000.</param>
public sealed record PositionRequest(double Lon, double Lat, Crs Crs = Crs.Wgs84);

/// <summary>A point in WGS 84, with the original that it was computed from.</summary>
/// <param name="Lon">Degrees east, WGS 84.</param>
/// <param name="Lat">Degrees north, WGS 84.</param>
/// <param name="Crs">The system of the original.</param>
/// <param name="OriginalLon">As it was given.</param>
/// <param name="OriginalLat">As it was given.</param>
public sealed record PositionAnswer(double Lon, double Lat, Crs Crs, double OriginalLon, double OriginalLat)
{
    internal static PositionAnswer Of(Position position) =>
        new(Math.Round(position.Lon, 7), Math.Round(position.Lat, 7), position.Crs, position.OriginalLon, position.OriginalLat);
}

/// <summary>A suspension that is in effect or announced.</summary>
/// <param name="From">First moment without service.</param>
/// <param name="Until">First moment with service again; absent while that is not known.</param>
/// <param name="Reason">As announced to residents.</param>
public sealed record SuspensionAnswer(DateTimeOffset From, DateTimeOffset? Until, string Reason);

/// <summary>A facility.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Source">The system that owns the external id.</param>
/// <param name="ExternalId">Its id there.</param>
/// <param name="Category">Code of its category; see <c>/facilities/v1/categories</c>.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name.</param>
/// <param name="Position">Where it is.</param>
/// <param name="Address">As written on letters.</param>
/// <param name="DivisionCode">The smallest division around it.</param>
/// <param name="LifeCircleId">The life circle around it.</param>
/// <param name="OpeningHours">Absent: not known.</param>
/// <param name="Capacity">Places, seats, beds or persons at a time.</param>
/// <param name="AreaM2">Square metres: land for parks, gardens and fields, floor otherwise.</param>
/// <param name="Accessibility">Whether people who cannot climb steps get in.</param>
/// <param name="Condition">What shape it is in.</param>
/// <param name="OperatorName">Who runs it.</param>
/// <param name="OperatorId">The operator's id at the Operators service.</param>
/// <param name="Suspension">In effect while the state is <c>suspended</c>, else announced.</param>
/// <param name="AssuredAt">When somebody last confirmed that it stands and serves.</param>
/// <param name="AssuredBy">The body that did.</param>
/// <param name="ChangedAt">When it last changed.</param>
public sealed record FacilityAnswer(
    Guid Id, string? Source, string? ExternalId, string Category, FacilityState State, string NameZh, string? NameEn, PositionAnswer Position,
    string? Address, string DivisionCode, Guid? LifeCircleId, OpeningHours? OpeningHours, int? Capacity, decimal? AreaM2,
    Accessibility Accessibility, Condition Condition, string? OperatorName, Guid? OperatorId, SuspensionAnswer? Suspension,
    DateTimeOffset? AssuredAt, string? AssuredBy, DateTimeOffset ChangedAt)
{
    internal static FacilityAnswer Of(Facility facility) => new(
        facility.Id, facility.Source, facility.ExternalId, facility.Category, facility.State, facility.NameZh, facility.NameEn,
        PositionAnswer.Of(facility.Position), facility.Address, facility.DivisionCode, facility.LifeCircleId, facility.OpeningHours,
        facility.Capacity, facility.AreaM2, facility.Accessibility, facility.Condition, facility.OperatorName, facility.OperatorId,
        facility.SuspendedFrom is { } from ? new(from, facility.SuspendedUntil, facility.SuspensionReason!) : null,
        facility.AssuredAt, facility.AssuredBy, facility.ChangedAt);

    internal static GeoPage<FacilityAnswer> Page(PageResult<FacilityAnswer> page) => new(page, Feature);

    internal static Feature<FacilityAnswer> Feature(FacilityAnswer item) => new(
        item.Id.ToString(), GeoJsonGeometry.Of(new NetTopologySuite.Geometries.Point(item.Position.Lon, item.Position.Lat)), item);

    internal static OkVersioned<FacilityAnswer> Ok(Facility facility) => ETags.Ok(Of(facility), facility.Version);
}

using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Places;

/// <summary>The rules that places can break.</summary>
public static class PlacesRules
{
    public static readonly Rule PositionInvalid = Rule.Malformed(
        "facilities.position_invalid", "The position is not a point on earth.", "坐标不是有效的点位。");

    public static readonly Rule PointOutsideDistrict = Rule.Unprocessable(
        "facilities.point_outside_district", "The point is outside the district.", "该点位不在辖区内。");

    public static readonly Rule OpeningHoursInvalid = Rule.Malformed(
        "facilities.opening_hours_invalid", "The opening hours are not valid.", "开放时间无效。");
}

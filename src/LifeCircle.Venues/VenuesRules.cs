using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues;

/// <summary>The rules about schools, fields and their times that a request can break; those of bookings are in BookingRules.cs.</summary>
public static class VenuesRules
{
    public static readonly Rule SchoolNotFound = Rule.NotFound(
        "venues.school_not_found", "There is no such school.", "没有该学校。");

    public static readonly Rule FieldNotFound = Rule.NotFound(
        "venues.field_not_found", "There is no such field.", "没有该场地。");

    public static readonly Rule ClosureNotFound = Rule.NotFound(
        "venues.closure_not_found", "There is no such closure.", "没有该停用安排。");

    public static readonly Rule HoursNotFound = Rule.NotFound(
        "venues.hours_not_found", "There are no such sharing hours.", "没有该开放时段规则。");

    public static readonly Rule ForeignDivision = Rule.Forbidden(
        "venues.foreign_division", "It lies beyond the division of the caller.", "超出调用方所属区划范围。");

    public static readonly Rule DistrictOnly = Rule.Forbidden(
        "venues.district_only", "Only a system of the whole district may do this.", "仅限全区级系统操作。");

    public static readonly Rule FacilityTaken = Rule.Conflict(
        "venues.facility_taken", "A school is linked to this facility already.", "该设施已关联其他学校。");

    public static readonly Rule FacilityUnknown = Rule.Unprocessable(
        "venues.facility_unknown", "There is no such facility that the caller may see, or it is no school.", "没有调用方可见的该设施，或该设施不是学校。");

    public static readonly Rule FacilityClosed = Rule.Unprocessable(
        "venues.facility_closed", "The facility has closed for good.", "该设施已永久关闭。");

    public static readonly Rule FacilitiesAway = Rule.Unavailable(
        "venues.facilities_away", "The Facilities service does not answer now; try again.", "设施服务暂时无响应，请稍后重试。");

    public static readonly Rule TooManyFields = Rule.Conflict(
        "venues.too_many_fields", "The school has as many fields as are kept.", "该学校的场地数量已达上限。");

    public static readonly Rule FieldRetired = Rule.Conflict(
        "venues.field_retired", "The field is not shared any more.", "该场地已不再开放。");

    public static readonly Rule UnitsInUse = Rule.Conflict(
        "venues.units_in_use", "There are bookings to come, or a draw; how a field is divided can be changed only without any.", "该场地尚有未来预订或抽签，不能更改分区或容量方式。");

    public static readonly Rule StartsTooSoon = Rule.Unprocessable(
        "venues.starts_too_soon", "It can take effect from tomorrow on, so that residents have notice of it.", "须至少提前一天公布，最早自明日起生效。");

    public static readonly Rule HoursInForce = Rule.Conflict(
        "venues.hours_in_force", "These hours have been in force; new ones take their place.", "该规则已生效，只能以新规则替代。");

    public static readonly Rule HoursTaken = Rule.Conflict(
        "venues.hours_taken", "There are sharing hours from this day on already; withdraw them first.", "该日起已有开放时段规则，请先撤回。");

    public static readonly Rule ClosureEnded = Rule.Conflict(
        "venues.closure_ended", "The closure is over or was lifted.", "该停用安排已结束或已撤销。");

    public static readonly Rule ClosureOfFacility = Rule.Conflict(
        "venues.closure_of_facility", "The closure follows the facility; change it at the Facilities service.", "该停用安排来自设施服务，请在设施服务中变更。");

    public static readonly Rule ValueInvalid = Rule.Unprocessable(
        "venues.value_invalid", "A value does not have an allowed form.", "取值不符合要求。");

    /// <summary>Texts that break <see cref="ValueInvalid"/> are refused.</summary>
    public static readonly PlainText Text = new(ValueInvalid);
}

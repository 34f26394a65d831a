using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities;

/// <summary>The rules of this service that a request, or a row of an import, can break. Those of points and hours stand in Places.</summary>
public static class FacilitiesRules
{
    public static readonly Rule FacilityNotFound = Rule.NotFound(
        "facilities.facility_not_found", "There is no such facility.", "没有该设施。");

    public static readonly Rule DivisionNotFound = Rule.NotFound(
        "facilities.division_not_found", "There is no such division on that day.", "该日期没有此区划。");

    public static readonly Rule LifeCircleNotFound = Rule.NotFound(
        "facilities.life_circle_not_found", "There is no such life circle.", "没有该生活圈。");

    public static readonly Rule ImportNotFound = Rule.NotFound(
        "facilities.import_not_found", "There is no such import.", "没有该导入任务。");

    public static readonly Rule NoDistrict = Rule.Conflict(
        "facilities.no_district", "No district boundary is known yet; import the divisions first.", "尚无辖区边界，请先导入行政区划。");

    public static readonly Rule ForeignDivision = Rule.Forbidden(
        "facilities.foreign_division", "It lies outside the division of the caller.", "超出调用方所属区划范围。");

    public static readonly Rule WholeDistrictOnly = Rule.Forbidden(
        "facilities.whole_district_only", "Only a client of the whole district may do this.", "仅限全区范围的客户端操作。");

    public static readonly Rule CategoryUnknown = Rule.Unprocessable(
        "facilities.category_unknown", "There is no such category of facilities.", "没有该设施类别。");

    public static readonly Rule DivisionMismatch = Rule.Unprocessable(
        "facilities.division_mismatch", "The point is not in that division.", "该点位不在所给区划内。");

    public static readonly Rule LifeCircleUnknown = Rule.Unprocessable(
        "facilities.life_circle_unknown", "There is no life circle with that code.", "没有该编号的生活圈。");

    public static readonly Rule ValueInvalid = Rule.Unprocessable(
        "facilities.value_invalid", "A value does not have an allowed form.", "取值不符合要求。");

    /// <summary>Texts that break <see cref="ValueInvalid"/> are refused.</summary>
    public static readonly PlainText Text = new(ValueInvalid);

    public static readonly Rule ExternalIdTaken = Rule.Conflict(
        "facilities.external_id_taken", "The source already has a facility with this external id.", "该来源已有此外部编号的设施。");

    public static readonly Rule StateTransition = Rule.Conflict(
        "facilities.state_transition", "The facility's state does not allow this.", "设施当前状态不允许此操作。");

    public static readonly Rule SuspensionInvalid = Rule.Unprocessable(
        "facilities.suspension_invalid", "The suspension must end after it begins and after now, within 50 years.",
        "暂停的结束须晚于开始且晚于现在，并在 50 年以内。");

    public static readonly Rule ImportFinished = Rule.Conflict(
        "facilities.import_finished", "The import has already ended.", "该导入任务已结束。");

    public static readonly Rule NoStreets = Rule.Unprocessable(
        "facilities.no_streets", "The file has no street that people may walk on.", "文件中没有可步行的道路。");

    public static readonly Rule StreetsElsewhere = Rule.Unprocessable(
        "facilities.streets_elsewhere", "None of the streets lies in the district.", "文件中的道路均不在辖区内。");

    public static readonly Rule StreetsTooWide = Rule.Unprocessable(
        "facilities.streets_too_wide", "The streets lie in too large an area to be one walking network.", "道路分布范围过大，无法组成一个步行路网。");

    public static readonly Rule NoWalkingNetwork = Rule.Conflict(
        "facilities.no_walking_network", "No streets are known yet; import them first.", "尚无步行路网，请先导入道路数据。");

    public static readonly Rule NoStreetNear = Rule.Unprocessable(
        "facilities.no_street_near", "The point is too far from any street.", "该点位离道路过远。");

    public static readonly Rule ProfileUnknown = Rule.Unprocessable(
        "facilities.profile_unknown", "There is no such walking profile.", "没有该步行方式。");
}

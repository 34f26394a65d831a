using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Offerings.Terms;

/// <summary>The rules of offerings that a request can break.</summary>
public static class OfferingRules
{
    public static readonly Rule NotFound = Rule.NotFound("operators.offering_not_found", "There is no such offering.", "没有该服务项目。");

    public static readonly Rule VersionNotFound = Rule.NotFound(
        "operators.offering_version_not_found", "The offering has no such version.", "该服务项目没有此版本。");

    public static readonly Rule State = Rule.Conflict(
        "operators.offering_state", "The offering's state does not allow this.", "服务项目当前状态不允许此操作。");

    public static readonly Rule NotServing = Rule.Conflict(
        "operators.operator_not_serving", "The operator's state does not allow it to offer this now.", "运营方当前状态不允许提供该服务项目。");

    public static readonly Rule TooMany = Rule.Conflict(
        "operators.offerings_too_many", "The operator has as many offerings as it may have; withdraw some.", "该运营方的服务项目已达上限，请先撤回部分项目。");

    public static readonly Rule NotCovered = Rule.Unprocessable(
        "operators.offering_not_covered", "The operator is not approved for this kind of service, or not there.", "运营方未获准提供该类服务，或不在其服务区划内。");

    public static readonly Rule PlaceUnknown = Rule.Unprocessable(
        "operators.place_unknown", "A life circle or facility is not known, or has closed.", "生活圈或设施不存在，或已关闭。");

    public static readonly Rule HoursInvalid = Rule.Unprocessable(
        "operators.hours_invalid", "The weekly hours do not have an allowed form.", "每周服务时间不符合要求。");
}

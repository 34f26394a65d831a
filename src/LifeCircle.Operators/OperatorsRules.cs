using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators;

/// <summary>The rules of this service that a request can break.</summary>
public static class OperatorsRules
{
    public static readonly Rule OperatorNotFound = Rule.NotFound(
        "operators.operator_not_found", "There is no such operator.", "没有该运营方。");

    public static readonly Rule PaperNotFound = Rule.NotFound(
        "operators.paper_not_found", "The operator has no such licence or insurance.", "该运营方没有此证照或保险。");

    public static readonly Rule ForeignDivision = Rule.Forbidden(
        "operators.foreign_division", "It reaches beyond the division of the caller.", "超出调用方所属区划范围。");

    public static readonly Rule DistrictOnly = Rule.Forbidden(
        "operators.district_only", "Only a system of the district may do this.", "仅限区级系统操作。");

    public static readonly Rule CodeTaken = Rule.Conflict(
        "operators.social_credit_code_taken", "An operator with this unified social credit code is registered already.", "该统一社会信用代码已登记。");

    public static readonly Rule StateTransition = Rule.Conflict(
        "operators.state_transition", "The operator's state does not allow this.", "运营方当前状态不允许此操作。");

    public static readonly Rule TooManyPapers = Rule.Conflict(
        "operators.too_many_papers", "The operator has shown as many licences and insurances as are kept.", "该运营方的证照数量已达上限。");

    public static readonly Rule PaperNotVerified = Rule.Conflict(
        "operators.paper_not_verified", "Only a verified paper can be withdrawn.", "仅已核验的证照可以撤销。");

    public static readonly Rule ScopeNotHeld = Rule.Forbidden(
        "operators.scope_not_held", "Nobody hands out more than its own system may do.", "只能授予本系统自身拥有的权限范围。");

    public static readonly Rule PaperDecided = Rule.Conflict(
        "operators.paper_decided", "The paper has been decided on already.", "该证照已有审核结论。");

    public static readonly Rule PapersMissing = Rule.Unprocessable(
        "operators.papers_missing", "A licence or insurance that its services need is missing, not verified or not valid.",
        "缺少其服务所需的证照或保险，或尚未核验、已失效。");

    public static readonly Rule CodeInvalid = Rule.Unprocessable(
        "operators.social_credit_code_invalid", "It is not a unified social credit code (GB 32100): 18 characters, the last a check character.",
        "不是有效的统一社会信用代码（GB 32100，18 位，末位为校验码）。");

    public static readonly Rule KindUnknown = Rule.Unprocessable(
        "operators.kind_unknown", "There is no such kind of service.", "没有该服务类别。");

    public static readonly Rule ScopeUnknown = Rule.Unprocessable(
        "operators.scope_unknown", "There is no such scope to grant.", "没有可授予的该权限范围。");

    public static readonly Rule ValueInvalid = Rule.Unprocessable(
        "operators.value_invalid", "A value does not have an allowed form.", "取值不符合要求。");

    /// <summary>Texts that break <see cref="ValueInvalid"/> are refused.</summary>
    public static readonly PlainText Text = new(ValueInvalid);
}

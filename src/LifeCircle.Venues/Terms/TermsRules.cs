using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Terms;

/// <summary>The rules about booking terms that a request can break.</summary>
public static class TermsRules
{
    public static readonly Rule NotFound = Rule.NotFound("venues.terms_not_found", "There are no such booking terms.", "没有该预订规则。");

    public static readonly Rule Taken = Rule.Conflict(
        "venues.terms_taken", "There are booking terms from this day on already; choose another day.", "该日起已有预订规则，请选择其他日期。");

    public static readonly Rule FeeAboveCeiling = Rule.Unprocessable(
        "venues.fee_above_ceiling", "The fee is above the district's ceiling.", "收费超过本区规定上限。");
}

using LifeCircle.Operators.Papers;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Kinds;

/// <summary>A kind of service that operators deliver.</summary>
/// <param name="Code">Its name in the API and in events.</param>
/// <param name="NameZh">As residents know it.</param>
/// <param name="NameEn">English name.</param>
/// <param name="Papers">Licences that whoever delivers it needs; an insurance comes on top for every third party.</param>
/// <param name="Scopes">What its operators' clients may do beyond what every operator's may.</param>
public sealed record ServiceKind(string Code, string NameZh, string NameEn, IReadOnlyList<PaperType> Papers, IReadOnlyList<string> Scopes);

/// <summary>The kinds there are: the six assists, and what stands beside them.</summary>
internal static class ServiceKinds
{
    private const string Fulfil = "care.fulfil"; // take offers of care orders and report the visits

    public static readonly IReadOnlyList<ServiceKind> All =
    [
        new("meals", "助餐", "Meals", [PaperType.FoodBusiness], [Fulfil]),
        new("bathing", "助浴", "Bathing", [], [Fulfil]),
        new("cleaning", "助洁", "Cleaning", [], [Fulfil]),
        new("medical_escort", "助医", "Medical escort", [], [Fulfil]),
        new("mobility", "助行", "Mobility", [], [Fulfil]),
        new("emergency", "助急", "Emergency", [], [Fulfil]),
        new("day_care", "日间照料", "Day care", [PaperType.ElderlyCareFiling], [Fulfil]),
        new("family_doctor", "家庭医生", "Family doctor", [PaperType.MedicalInstitution], [Fulfil]),
        new("home_adaptation", "适老化改造", "Age-friendly home adaptation", [], [Fulfil]),
        new("grocery_delivery", "超市配送", "Supermarket delivery", [PaperType.FoodBusiness], [Fulfil]),
        new("repairs", "便民维修", "Repairs", [], []),
        new("training", "技能培训", "Training", [PaperType.SchoolOperation], ["jobs.train"]),
        new("recruitment", "招聘服务", "Recruitment", [PaperType.HumanResources], ["jobs.post"]),
    ];

    private static readonly Dictionary<string, ServiceKind> ByCode = All.ToDictionary(kind => kind.Code);

    /// <exception cref="RuleBroken"><c>operators.kind_unknown</c>.</exception>
    public static ServiceKind Require(string code, string field) =>
        ByCode.GetValueOrDefault(code) ?? throw new RuleBroken(OperatorsRules.KindUnknown, field,
            $"It must be one of {string.Join(", ", ByCode.Keys)}.", $"须为 {string.Join("、", ByCode.Keys)} 之一。");

    /// <summary>The kinds with these codes, which have been checked.</summary>
    public static IEnumerable<ServiceKind> Of(IEnumerable<string> codes) => codes.Select(code => ByCode[code]);
}

using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Fields;

/// <summary>What is played.</summary>
/// <param name="Code">Its code.</param>
/// <param name="NameZh">Shown to residents.</param>
/// <param name="NameEn">The same in English.</param>
public sealed record Sport(string Code, string NameZh, string NameEn);

/// <summary>The catalogue of sports.</summary>
public static class Sports
{
    public static IReadOnlyList<Sport> All { get; } =
    [
        new("athletics", "田径", "Athletics"),
        new("badminton", "羽毛球", "Badminton"),
        new("basketball", "篮球", "Basketball"),
        new("dance", "广场舞", "Square dancing"),
        new("fitness", "健身", "Fitness"),
        new("football", "足球", "Football"),
        new("gateball", "门球", "Gateball"),
        new("running", "跑步", "Running"),
        new("swimming", "游泳", "Swimming"),
        new("table_tennis", "乒乓球", "Table tennis"),
        new("tai_chi", "太极拳", "Tai chi"),
        new("tennis", "网球", "Tennis"),
        new("volleyball", "排球", "Volleyball"),
        new("walking", "健走", "Walking"),
    ];

    /// <exception cref="RuleBroken">There is no such sport.</exception>
    internal static void Require(string code)
    {
        if (!Knows(code)) throw new RuleBroken(VenuesRules.ValueInvalid, "sport", "It must be a code of /venues/v1/sports.", "须为 /venues/v1/sports 中的代码。");
    }

    public static bool Knows(string code) => All.Any(sport => sport.Code == code);
}

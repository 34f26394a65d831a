using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Series;

/// <summary>The rules about recurring bookings that a request can break.</summary>
public static class SeriesRules
{
    public static readonly Rule NotFound = Rule.NotFound(
        "venues.series_not_found", "There is no such recurring booking, or none that the caller may see.", "没有该周期预订，或调用方无权查看。");

    public static readonly Rule Endless = Rule.Unprocessable(
        "venues.series_endless", "The rule must end: give COUNT or UNTIL.", "规则须有结束，请提供 COUNT 或 UNTIL。");

    public static readonly Rule TooLong = Rule.Unprocessable("venues.series_too_long", "It has more occurrences than may be booked at once.", "周期预订的次数超过上限。");

    public static readonly Rule FirstDay = Rule.Unprocessable(
        "venues.series_first_day", "The first slot must be on a day of the rule that is not left out.", "首个时段须在规则所含且未排除的日期。");

    public static readonly Rule NotAll = Rule.Conflict("venues.series_not_all", "Not all of it can be had; nothing was booked.", "部分场次无法预订，未作任何预订。");

    public static readonly Rule None = Rule.Conflict("venues.series_none", "Nothing of it can be had.", "所有场次均无法预订。");

    public static readonly Rule NothingToCome = Rule.Conflict("venues.series_over", "Nothing of it is to come.", "该周期预订已无未开始的场次。");
}

using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Persons;

/// <summary>The rules about persons that a request can break.</summary>
public static class PersonRules
{
    public static readonly Rule NotFound = Rule.NotFound("venues.person_not_found", "There is no such person, or none that the caller may see.", "没有该人员，或调用方无权查看。");

    public static readonly Rule TooYoung = Rule.Unprocessable(
        "venues.person_too_young", "Somebody under 14 does not book; a guardian does.", "未满 14 周岁者须由监护人预订。");

    public static readonly Rule Banned = Rule.Conflict(
        "venues.person_banned", "The person cannot book for a while: too many bookings were not used.", "因多次预订未使用，该人员暂停预订。");
}

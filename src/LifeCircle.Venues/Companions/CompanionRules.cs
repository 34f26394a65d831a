using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Companions;

/// <summary>The rules about companions that a request can break.</summary>
public static class CompanionRules
{
    public static readonly Rule NotFound = Rule.NotFound("venues.companion_not_found", "Nobody of this id comes along.", "没有该同行人。");

    public static readonly Rule InvitationUnknown = Rule.NotFound(
        "venues.invitation_unknown", "There is no such invitation, or another has taken its place.", "邀请码不存在或已被新的邀请码取代。");

    public static readonly Rule TooLate = Rule.Conflict(
        "venues.too_late_to_invite", "Companions are invited soon after booking; that time is over.", "已超过预订后可邀请同行人的时间。");

    public static readonly Rule Alone = Rule.Conflict("venues.party_of_one", "It was booked for one person.", "该预订仅限一人。");

    public static readonly Rule Known = Rule.Conflict("venues.companion_known", "The person comes already.", "该人员已在同行名单中。");

    public static readonly Rule Full = Rule.Conflict("venues.party_full", "As many come as it was booked for.", "同行人数已满。");

    public static readonly Rule MoreThanParty = Rule.Conflict(
        "venues.party_below_companions", "More have joined than that; remove companions first.", "已加入的同行人多于该人数，请先移除同行人。");
}

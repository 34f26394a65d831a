using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Draws;

/// <summary>The rules about draws that a request can break.</summary>
public static class DrawRules
{
    public static readonly Rule NotFound = Rule.NotFound("venues.draw_not_found", "There is no such draw, or none that the caller may see.", "没有该抽签，或调用方无权查看。");

    public static readonly Rule EntryNotFound = Rule.NotFound(
        "venues.draw_entry_not_found", "There is no such entry, or none that the caller may see.", "没有该报名，或调用方无权查看。");

    public static readonly Rule SlotInDraw = Rule.Conflict(
        "venues.slot_in_draw", "Lots are drawn for this slot; it can be booked when that is over, if it is left.", "该时段正在抽签分配，抽签结束后如有剩余方可预订。");

    public static readonly Rule SlotBooked = Rule.Conflict("venues.draw_slot_booked", "Somebody has booked the slot, or a part of it, already.", "该时段（或其部分）已被预订。");

    public static readonly Rule NoSlots = Rule.Unprocessable(
        "venues.draw_without_slots", "There is no slot to draw for: none is open and free then.", "没有可供抽签的时段：所选范围内无开放且空闲的时段。");

    public static readonly Rule NotOpen = Rule.Conflict("venues.draw_not_open", "The draw does not take or give back entries now.", "当前不在报名时间内。");

    public static readonly Rule Full = Rule.Conflict("venues.draw_full", "The draw has as many entries as it takes.", "报名人数已达上限。");

    public static readonly Rule Entered = Rule.Conflict("venues.draw_entered", "The person has an entry in this draw already.", "该人员已报名本次抽签。");

    public static readonly Rule Withdrawn = Rule.Conflict("venues.draw_entry_withdrawn", "The entry was withdrawn.", "该报名已撤回。");

    public static readonly Rule NotClosed = Rule.Conflict(
        "venues.draw_not_closed", "Entries are still taken; the list of them is published when they end.", "报名尚未截止，截止后公布名单。");

    public static readonly Rule Ended = Rule.Conflict("venues.draw_ended", "The lots were drawn, or the draw was called off.", "该抽签已完成或已取消。");
}

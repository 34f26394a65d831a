using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Waitlists;

/// <summary>The rules about waiting for a slot that a request can break.</summary>
public static class WaitlistRules
{
    public static readonly Rule NotFound = Rule.NotFound(
        "venues.waitlist_entry_not_found", "There is no such entry, or none that the caller may see.", "没有该候补登记，或调用方无权查看。");

    public static readonly Rule SlotFree = Rule.Conflict(
        "venues.slot_free", "The slot is free; book it.", "该时段尚有空位，请直接预订。");

    public static readonly Rule WaitsAlready = Rule.Conflict(
        "venues.waits_already", "The person waits for this field at that time already, or has an offer of it.", "该人员已在候补该场地的同一时段，或已收到递补。");

    public static readonly Rule LineFull = Rule.Conflict(
        "venues.line_full", "So many wait for it that there is hardly a chance.", "候补人数已达上限。");

    public static readonly Rule TooManyEntries = Rule.Conflict(
        "venues.too_many_entries", "The person waits for as many slots as one may.", "该人员的候补登记数已达上限。");

    public static readonly Rule Over = Rule.Conflict(
        "venues.waitlist_entry_over", "The entry does not wait any more.", "该候补登记已结束。");
}

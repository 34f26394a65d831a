using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Bookings;

/// <summary>The rules about bookings that a request can break.</summary>
public static class BookingRules
{
    public static readonly Rule NotFound = Rule.NotFound("venues.booking_not_found", "There is no such booking, or none that the caller may see.", "没有该预订，或调用方无权查看。");

    public static readonly Rule SlotTaken = Rule.Conflict("venues.slot_taken", "Somebody else has booked it, or a part of it.", "该时段已被他人预订。");

    public static readonly Rule SessionFull = Rule.Conflict("venues.session_full", "There are not so many places left.", "该场次剩余名额不足。");

    public static readonly Rule QuotaReached = Rule.Conflict("venues.quota_reached", "The person has as many bookings in that week as the school allows.", "该人员当周预订次数已达上限。");

    public static readonly Rule SameTime = Rule.Conflict("venues.same_time", "The person has another booking at that time.", "该人员在同一时间已有其他预订。");

    public static readonly Rule State = Rule.Conflict("venues.booking_state", "The booking's state does not allow this.", "预订当前状态不允许此操作。");

    public static readonly Rule Begun = Rule.Conflict("venues.booking_begun", "It has begun already.", "该预订已开始。");

    public static readonly Rule TooLateToMove = Rule.Conflict("venues.too_late_to_move", "It begins too soon to be moved.", "距开始时间过近，不能改期。");

    public static readonly Rule HoldExpired = Rule.Conflict("venues.hold_expired", "The hold has ended; book again.", "暂留已超时，请重新预订。");

    public static readonly Rule NotNow = Rule.Conflict("venues.entry_not_now", "It is too early or too late to enter.", "未到入场时间或已结束。");

    public static readonly Rule CodeUnknown = Rule.Conflict("venues.entry_code_unknown", "No booking of this school that may enter now has this code.", "该校当前可入场的预订中没有此入场码。");

    public static readonly Rule NotOpen = Rule.Unprocessable("venues.not_open", "The field is not open to residents all that time.", "该场地在此时段不对居民开放。");

    public static readonly Rule NoSlot = Rule.Unprocessable("venues.no_slot", "Slots of the field do not begin or end then.", "起止时间与该场地的时段划分不符。");

    public static readonly Rule TooFarAhead = Rule.Unprocessable("venues.too_far_ahead", "It cannot be booked so far ahead.", "超出可预订的提前天数。");

    public static readonly Rule Past = Rule.Unprocessable("venues.slot_past", "The slot has begun already.", "该时段已开始。");

    public static readonly Rule IntervalInvalid = Rule.Unprocessable("venues.interval_invalid", "It must end after it begins, on the same day.", "结束时间须晚于开始时间，且在同一天。");

    public static readonly Rule UnitUnknown = Rule.Unprocessable("venues.unit_unknown", "The field has no such unit.", "该场地没有此分区。");

    public static readonly Rule PartyTooLarge = Rule.Unprocessable("venues.party_too_large", "More persons than the field takes.", "人数超过场地容量。");

    public static readonly Rule GroupMissing = Rule.Unprocessable(
        "venues.group_missing", "So many persons are a group: give its name and its accident insurance.", "达到团体人数，须提供团体名称及意外保险。");

    public static readonly Rule GroupNotFree = Rule.Unprocessable(
        "venues.free_group_not_allowed", "The school does not waive the fee for this group, or the person does not belong to it.", "该校不对此类人群免费，或该人员不符合条件。");

    public static readonly Rule PaymentMissing = Rule.Unprocessable("venues.payment_missing", "There is a fee: give the payment's reference.", "该预订需付费，请提供支付凭证号。");
}

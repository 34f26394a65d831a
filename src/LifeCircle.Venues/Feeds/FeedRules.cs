using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Feeds;

/// <summary>The rules about feeds that a request can break.</summary>
public static class FeedRules
{
    public static readonly Rule CalendarNotFound = Rule.NotFound("venues.calendar_not_found", "There is no such calendar; its address may have ended.", "没有该日历，其地址可能已失效。");

    public static readonly Rule LinkNotFound = Rule.NotFound("venues.calendar_link_not_found", "The person has no calendar address.", "该人员没有日历订阅地址。");

    public static readonly Rule ItemNotFound = Rule.NotFound("venues.open_item_not_found", "The open data has no such item.", "开放数据中没有该条目。");
}

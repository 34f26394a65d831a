using static LifeCircle.Facilities.DemoDistrict.DemoHoursKind;
using static LifeCircle.Facilities.DemoDistrict.DemoSpread;
using static LifeCircle.Facilities.DemoDistrict.DemoStyle;

namespace LifeCircle.Facilities.DemoDistrict;

/// <summary>Over what the facilities of a category are dealt out.</summary>
internal enum DemoSpread
{
    /// <summary>The life circles in turn.</summary>
    Circles,

    /// <summary>The life circles and the villages in turn.</summary>
    Everywhere,
    Communities,
    Streets,
    District,
}

/// <summary>How a facility gets its name.</summary>
internal enum DemoStyle
{
    /// <summary>Word, kind and community: 春晖便利店(明泉社区).</summary>
    Outlet,

    /// <summary>Word and kind: 春晖口袋公园.</summary>
    Place,

    /// <summary>The division that it serves, and kind: 春晖社区养老服务站.</summary>
    Division,

    /// <summary>District, number and kind: 山城区第3小学.</summary>
    Numbered,
}

/// <summary>
/// How many of a category, where, and what they are like. Capacity (places, seats, beds or persons at a time) and area (m2) are from and
/// to, null where they say nothing.
/// </summary>
internal sealed record DemoFacilityRow(
    string Category, int Count, DemoSpread Spread, DemoStyle Style, DemoHoursKind Hours, string Kind,
    (int From, int To)? Capacity = null, (int From, int To)? Area = null);

/// <summary>
/// The numbers of the district: those that it published (fresh-food stores, markets, book houses, parks, gardens, lanes, schools with
/// fields, three levels of care centres and gig stations), and plausible ones for the rest.
/// </summary>
internal static class DemoFacilityPlan
{
    /// <summary>Published: park green space per person, square metres.</summary>
    public const int GreenAreaPerPerson = 15;

    /// <summary>The categories whose land counts as park green space.</summary>
    public static readonly string[] GreenCategories = ["park", "community_park", "pocket_park", "themed_garden"];

    public static readonly DemoFacilityRow[] Rows =
    [
        new("fresh_food_store", 67, Circles, Outlet, Shop, "生鲜超市", Area: (60, 300)),
        new("wet_market", 3, Streets, Place, Market, "农贸市场", (60, 160), (1500, 4000)),
        new("book_house", 12, Circles, Place, BookHouse, "淇河书屋", (40, 120), (80, 300)),
        new("park", 6, Circles, Place, Always, "公园", Area: (300_000, 420_000)),
        new("community_park", 26, Circles, Place, Park, "社区公园", Area: (5_000, 30_000)),
        new("pocket_park", 38, Circles, Place, Always, "口袋公园", Area: (400, 4_500)),
        new("themed_garden", 29, Circles, Place, Always, "主题游园", Area: (1_000, 8_000)),
        new("themed_lane", 32, Circles, Place, Always, "主题街巷"),
        new("primary_school", 12, Circles, Numbered, School, "小学", (720, 2160), (9_000, 24_000)),
        new("middle_school", 6, Circles, Numbered, School, "中学", (900, 2400), (16_000, 36_000)),
        new("high_school", 2, Circles, Numbered, School, "高级中学", (1800, 3000), (40_000, 60_000)),
        new("kindergarten", 44, Everywhere, Outlet, School, "幼儿园", (120, 360), (1_500, 5_000)),
        new("care_centre_street", 8, Streets, Division, Care, "养老服务中心", (30, 120), (750, 2000)),
        new("care_centre_community", 60, Communities, Division, Care, "养老服务站", (15, 40), (120, 400)),
        new("care_post_household", 180, Communities, Division, Care, "居家养老服务点", (2, 6)),
        new("gig_station_district", 1, District, Division, GigStation, "零工市场", (300, 300), (1200, 1200)),
        new("gig_station_street", 8, Streets, Division, GigStation, "零工驿站", (30, 80), (100, 300)),
        new("gig_station_community", 60, Communities, Division, GigStation, "零工服务点", (8, 20)),

        new("convenience_store", 210, Everywhere, Outlet, Shop, "便利店"),
        new("supermarket", 24, Circles, Outlet, Shop, "超市", Area: (800, 6000)),
        new("breakfast", 140, Everywhere, Outlet, Early, "早餐店", (12, 48)),
        new("laundry", 52, Circles, Outlet, Shop, "洗衣店"),
        new("hairdresser", 160, Everywhere, Outlet, Shop, "美发店", (3, 12)),
        new("photo_print", 48, Circles, Outlet, Shop, "照相文印店"),
        new("housekeeping", 34, Circles, Outlet, Shop, "家政服务店"),
        new("repairs", 64, Circles, Outlet, Shop, "维修店"),
        new("pharmacy", 96, Everywhere, Outlet, Shop, "药店"),
        new("post_parcel", 90, Everywhere, Outlet, Shop, "快递服务站"),
        new("recycling", 36, Circles, Outlet, Shop, "再生资源回收站"),
        new("elderly_care", 37, Circles, Outlet, Care, "养老服务店", (10, 30)),
        new("specialty_dining", 120, Circles, Outlet, Dining, "餐馆", (24, 120)),
        new("fitness", 40, Circles, Outlet, Shop, "健身房", (20, 80)),
        new("wellness", 44, Circles, Outlet, Shop, "养生馆", (6, 24)),
        new("reading_room", 30, Circles, Outlet, Shop, "阅览室", (16, 48)),
        new("education_training", 48, Circles, Outlet, Shop, "培训学校", (30, 120)),
        new("leisure", 50, Circles, Outlet, Dining, "休闲馆", (20, 100)),
        new("elderly_rehabilitation", 20, Circles, Outlet, Care, "康护站", (8, 24)),
        new("childcare", 34, Circles, Outlet, School, "托育园", (20, 60)),

        new("health_centre", 8, Streets, Division, Clinic, "卫生服务中心", (20, 60), (1_500, 4_000)),
        new("clinic", 60, Communities, Division, Clinic, "卫生服务站", (4, 10), (100, 300)),
        new("hospital", 3, Circles, Place, Always, "医院", (120, 600), (8_000, 30_000)),
        new("culture_centre", 8, Streets, Division, Office, "文化活动中心", (80, 300), (800, 3_000)),
        new("sports_ground", 60, Communities, Division, Always, "健身广场", (20, 60), (300, 1_200)),
        new("day_care", 37, Circles, Outlet, Care, "日间照料中心", (12, 40), (200, 800)),
        new("nursing_home", 6, Circles, Place, Always, "养老院", (60, 240), (3_000, 9_000)),
        new("elderly_canteen", 37, Circles, Outlet, Canteen, "助餐点", (24, 80)),
        new("service_station", 60, Communities, Division, Office, "服务站", Area: (300, 800)),
        new("street_service_centre", 8, Streets, Division, Office, "便民服务中心", (10, 30), (600, 2_000)),
        new("public_toilet", 74, Everywhere, Outlet, Always, "公共厕所", (4, 16)),
    ];
}

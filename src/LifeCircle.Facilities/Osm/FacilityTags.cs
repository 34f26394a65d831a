using LifeCircle.Facilities.Places;

namespace LifeCircle.Facilities.Osm;

/// <summary>
/// Which category a mapped feature belongs to (wiki.openstreetmap.org/wiki/Map_features). What the catalogue has no word for, and what would
/// have to be guessed, such as a school without its level, has none.
/// </summary>
internal static class FacilityTags
{
    private const double SmallestPark = 50_000;
    private const double SmallestCommunityPark = 5_000;

    private static readonly Dictionary<string, string> Categories = new(StringComparer.Ordinal)
    {
        ["amenity=arts_centre"] = "leisure",
        ["amenity=cafe"] = "specialty_dining",
        ["amenity=childcare"] = "childcare",
        ["amenity=cinema"] = "leisure",
        ["amenity=clinic"] = "clinic",
        ["amenity=community_centre"] = "culture_centre",
        ["amenity=doctors"] = "clinic",
        ["amenity=fast_food"] = "specialty_dining",
        ["amenity=hospital"] = "hospital",
        ["amenity=kindergarten"] = "kindergarten",
        ["amenity=language_school"] = "education_training",
        ["amenity=library"] = "reading_room",
        ["amenity=marketplace"] = "wet_market",
        ["amenity=music_school"] = "education_training",
        ["amenity=nursing_home"] = "nursing_home",
        ["amenity=parcel_locker"] = "post_parcel",
        ["amenity=pharmacy"] = "pharmacy",
        ["amenity=post_office"] = "post_parcel",
        ["amenity=recycling"] = "recycling",
        ["amenity=restaurant"] = "specialty_dining",
        ["amenity=theatre"] = "leisure",
        ["amenity=toilets"] = "public_toilet",
        ["craft=electronics_repair"] = "repairs",
        ["craft=key_cutter"] = "repairs",
        ["craft=shoemaker"] = "repairs",
        ["leisure=fitness_centre"] = "fitness",
        ["leisure=fitness_station"] = "sports_ground",
        ["leisure=pitch"] = "sports_ground",
        ["leisure=sports_centre"] = "fitness",
        ["shop=bakery"] = "breakfast",
        ["shop=beauty"] = "hairdresser",
        ["shop=convenience"] = "convenience_store",
        ["shop=copyshop"] = "photo_print",
        ["shop=dry_cleaning"] = "laundry",
        ["shop=greengrocer"] = "fresh_food_store",
        ["shop=hairdresser"] = "hairdresser",
        ["shop=kiosk"] = "convenience_store",
        ["shop=laundry"] = "laundry",
        ["shop=massage"] = "wellness",
        ["shop=photo"] = "photo_print",
        ["shop=seafood"] = "fresh_food_store",
        ["shop=supermarket"] = "supermarket",
        ["social_facility=assisted_living"] = "nursing_home",
        ["social_facility=day_care"] = "day_care",
        ["social_facility=nursing_home"] = "nursing_home",
    };

    private static readonly string[] Keys = ["amenity", "social_facility", "shop", "leisure", "craft"];

    /// <summary>The category's code; null for anything else, and for what is private.</summary>
    /// <param name="tags">Of the feature.</param>
    /// <param name="areaM2">Its area, if it was mapped as an outline.</param>
    public static string? CategoryOf(OsmTags tags, double? areaM2)
    {
        if (tags["access"] is "private" or "no") return null;
        if (tags["leisure"] == "park")
            return areaM2 switch { >= SmallestPark => "park", >= SmallestCommunityPark => "community_park", _ => "pocket_park" };
        if (tags["amenity"] == "school") return SchoolOf(tags["isced:level"]);
        foreach (var key in Keys)
            if (tags[key] is { } value && Categories.TryGetValue($"{key}={value}", out var category)) return category;
        return null;
    }

    /// <summary>Whether people who cannot climb steps get in.</summary>
    public static Facilities.Accessibility AccessibilityOf(OsmTags tags) => tags["wheelchair"] switch
    {
        "yes" or "designated" => Facilities.Accessibility.StepFree,
        "limited" => Facilities.Accessibility.Partial,
        "no" => Facilities.Accessibility.NotAccessible,
        _ => Facilities.Accessibility.Unknown,
    };

    /// <summary>The Chinese name, else the local one, else what the category is called.</summary>
    public static string ChineseNameOf(OsmTags tags, string category) => tags["name:zh"] ?? tags["name"] ?? FacilityCategories.Find(category)!.NameZh;

    public static string EnglishNameOf(OsmTags tags, string category) => tags["name:en"] ?? tags["name"] ?? FacilityCategories.Find(category)!.NameEn;

    /// <summary>Street and number, if both are known.</summary>
    public static string? AddressOf(OsmTags tags) =>
        tags["addr:street"] is { } street && tags["addr:housenumber"] is { } number ? $"{street} {number}" : null;

    // The International Standard Classification of Education: 0 before school, 1 primary, 2 lower secondary, 3 upper secondary.
    private static string? SchoolOf(string? levels) => levels?.Split(';', ',', '-')[0].Trim() switch
    {
        "0" => "kindergarten",
        "1" => "primary_school",
        "2" => "middle_school",
        "3" => "high_school",
        _ => null,
    };
}

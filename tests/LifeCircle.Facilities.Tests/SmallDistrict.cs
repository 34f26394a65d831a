using System.Globalization;
using System.Text.Json;

namespace LifeCircle.Facilities.Tests;

/// <summary>
/// A district of rectangles around the real place: two streets side by side, three communities, two life circles in the middle that leave a
/// border free. Degrees; a hundredth is about a kilometre.
/// </summary>
public static class SmallDistrict
{
    public const string District = "410603";
    public const string WestStreet = "410603001";
    public const string EastStreet = "410603002";
    public const string SouthWest = "410603001001";
    public const string NorthWest = "410603001002";
    public const string East = "410603002001";
    public const string WestCircle = "SC-01";
    public const string EastCircle = "SC-02";

    /// <summary>In <see cref="SouthWest"/> and <see cref="WestCircle"/>.</summary>
    public static readonly (double Lon, double Lat) InTheWest = (114.15, 35.88);

    /// <summary>In <see cref="East"/> and <see cref="EastCircle"/>.</summary>
    public static readonly (double Lon, double Lat) InTheEast = (114.21, 35.90);

    /// <summary>In <see cref="East"/> and in no circle.</summary>
    public static readonly (double Lon, double Lat) AtTheBorder = (114.25, 35.90);

    public static string Divisions { get; } = Collection(
        Division(District, "山城区", Box(114.10, 35.84, 114.26, 35.96)),
        Division(WestStreet, "红旗街", Box(114.10, 35.84, 114.18, 35.96)),
        Division(EastStreet, "长风中路", Box(114.18, 35.84, 114.26, 35.96)),
        Division(SouthWest, "春晖社区", Box(114.10, 35.84, 114.18, 35.90)),
        Division(NorthWest, "明泉社区", Box(114.10, 35.90, 114.18, 35.96)),
        Division(East, "康宁社区", Box(114.18, 35.84, 114.26, 35.96)));

    public static string Circles { get; } = Collection(
        Circle(WestCircle, WestStreet, (114.15, 35.90), Box(114.12, 35.86, 114.18, 35.94)),
        Circle(EastCircle, EastStreet, (114.21, 35.90), Box(114.18, 35.86, 114.24, 35.94)));

    public static string Division(string code, string name, string geometry, string validFrom = "2000-01-01", string? validUntil = null) => Feature(
        $"\"code\":\"{code}\",\"name_zh\":\"{name}\",\"valid_from\":\"{validFrom}\"{(validUntil is null ? "" : $",\"valid_until\":\"{validUntil}\"")}", geometry);

    public static string Circle(string code, string division, (double Lon, double Lat) centre, string geometry, string name = "生活圈") => Feature(
        string.Create(CultureInfo.InvariantCulture,
            $"\"code\":\"{code}\",\"name_zh\":\"{name}\",\"division_code\":\"{division}\",\"centre_lon\":{centre.Lon},\"centre_lat\":{centre.Lat}"),
        geometry);

    public static string Box(double west, double south, double east, double north) => string.Create(CultureInfo.InvariantCulture,
        $"{{\"type\":\"Polygon\",\"coordinates\":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}");

    public static string Feature(string properties, string geometry) =>
        $"{{\"type\":\"Feature\",\"properties\":{{{properties}}},\"geometry\":{geometry}}}";

    /// <summary>One feature a line, from line 2.</summary>
    public static string Collection(params string[] features) =>
        $"{{\"type\":\"FeatureCollection\",\"features\":[\n{string.Join(",\n", features)}\n]}}";

    /// <summary>A line of NDJSON for a facility.</summary>
    /// <param name="id">External id.</param>
    /// <param name="at">Where.</param>
    /// <param name="more">Members in place of, or beyond, those that are needed; null takes one out.</param>
    public static string Facility(string id, (double Lon, double Lat)? at = null, params (string Member, object? Value)[] more)
    {
        var (lon, lat) = at ?? InTheWest;
        var members = new Dictionary<string, object?>
        {
            ["external_id"] = id,
            ["category"] = "pharmacy",
            ["name_zh"] = $"药店{id}",
            ["lon"] = lon,
            ["lat"] = lat,
        };
        foreach (var (member, value) in more)
        {
            if (value is null) members.Remove(member);
            else members[member] = value;
        }
        return JsonSerializer.Serialize(members);
    }

    public static string Building(string id, (double Lon, double Lat)? at = null, int population = 10)
    {
        var (lon, lat) = at ?? InTheWest;
        return JsonSerializer.Serialize(new Dictionary<string, object> { ["external_id"] = id, ["population"] = population, ["lon"] = lon, ["lat"] = lat });
    }
}

/// <summary>The service with the small district in it.</summary>
public class DistrictApp(TestServers servers) : FacilitiesApp(servers)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await MustImportAsync("kind=divisions&source=map", GeoJson, SmallDistrict.Divisions);
        await MustImportAsync("kind=life_circles&source=map", GeoJson, SmallDistrict.Circles);
    }
}

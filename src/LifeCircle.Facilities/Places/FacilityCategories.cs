using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LifeCircle.Facilities.Places;

/// <summary>What a kind of facility is for.</summary>
public enum FacilityGroup
{
    /// <summary>Basic formats of a life circle (基本保障类).</summary>
    Basic,

    /// <summary>Formats that raise its quality (品质提升类).</summary>
    Upgrade,
    Green,
    Culture,
    Sports,
    Education,
    Health,
    Care,
    Employment,
    Public,
}

/// <summary>A kind of facility.</summary>
/// <param name="Code">Stable name, e.g. <c>wet_market</c>.</param>
/// <param name="Group">What it is for.</param>
/// <param name="Tier">Minutes on foot within which residents should have one, where a source says so; binding limits live in checklists.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name.</param>
public sealed record FacilityCategory(string Code, FacilityGroup Group, int? Tier, string NameZh, string NameEn);

/// <summary>The catalogue of facility categories: versioned data, embedded in the binary.</summary>
public static class FacilityCategories
{
    private static readonly JsonSerializerOptions CatalogueJson = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    private static readonly Catalogue Data = Read();
    private static readonly FrozenDictionary<string, FacilityCategory> ByCode =
        Data.Categories.ToFrozenDictionary(category => category.Code, StringComparer.Ordinal);

    /// <summary>Name of the catalogue.</summary>
    public static string Name => Data.Name;

    /// <summary>Version of the catalogue; it changes whenever a row does.</summary>
    public static string Version => Data.Version;

    /// <summary>All categories, in the order of the catalogue.</summary>
    public static IReadOnlyList<FacilityCategory> All => Data.Categories;

    /// <summary>The category with this code, null if there is none.</summary>
    public static FacilityCategory? Find(string? code) => code is null ? null : ByCode.GetValueOrDefault(code);

    private static Catalogue Read()
    {
        using var stream = typeof(FacilityCategories).Assembly.GetManifestResourceStream("facility-categories.json")!;
        return JsonSerializer.Deserialize<Catalogue>(stream, CatalogueJson)!;
    }

    private sealed record Catalogue(string Name, string Version, string Source, IReadOnlyList<FacilityCategory> Categories);
}

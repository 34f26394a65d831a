using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace LifeCircle.Facilities;

/// <summary>The database of the Facilities service.</summary>
public sealed class FacilitiesDbContext(DbContextOptions<FacilitiesDbContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasPostgresExtension("postgis").HasPostgresExtension("btree_gist");
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(FacilitiesDbContext).Assembly);
        modelBuilder.AddMessaging();
        modelBuilder.AddServiceTables();
        UseTextForEnums(modelBuilder);
    }

    // The database shows the same words as the API, and a new member never shifts the old ones.
    private static void UseTextForEnums(ModelBuilder modelBuilder)
    {
        var ours = modelBuilder.Model.GetEntityTypes().Where(type => type.ClrType.Assembly == typeof(FacilitiesDbContext).Assembly);
        foreach (var property in ours.SelectMany(type => type.GetProperties()))
        {
            var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            if (!type.IsEnum || property.GetValueConverter() is not null) continue;
            property.SetValueConverter((ValueConverter)Activator.CreateInstance(typeof(WireText<>).MakeGenericType(type))!);
        }
    }
}

/// <summary>Stores an enum under the name that it has on the wire.</summary>
internal sealed class WireText<T>() : ValueConverter<T, string>(value => WireNames<T>.Of(value), text => WireNames<T>.Parse(text))
    where T : struct, Enum;

/// <summary>The snake_case names of an enum, as in JSON.</summary>
internal static class WireNames<T> where T : struct, Enum
{
    private static readonly Dictionary<T, string> Texts = Enum.GetValues<T>()
        .ToDictionary(value => value, value => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    private static readonly Dictionary<string, T> Values = Texts.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    public static IEnumerable<string> All => Values.Keys;

    public static string Of(T value) => Texts[value];

    public static T Parse(string text) => Values[text];

    public static bool TryParse(string text, out T value) => Values.TryGetValue(text, out value);
}

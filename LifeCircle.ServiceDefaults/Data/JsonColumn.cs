using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.ServiceDefaults;

/// <summary>A document in a column.</summary>
public static class JsonColumn
{
    // While a deployment is under way, the next release may write more than this one knows of.
    private static readonly JsonSerializerOptions Lenient = new(Json.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    /// <summary>Keeps the value as <c>jsonb</c>, as the wire shows it. The value never changes; it is replaced.</summary>
    public static PropertyBuilder<T> IsJson<T>(this PropertyBuilder<T> property) where T : class => property
        .HasColumnType("jsonb")
        .HasConversion(value => Write(value), text => Read<T>(text), new ValueComparer<T>(
            (a, b) => Write(a) == Write(b), value => Write(value).GetHashCode(StringComparison.Ordinal), value => value));

    private static string Write<T>(T? value) => JsonSerializer.Serialize(value, Lenient);

    private static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Lenient)!;
}

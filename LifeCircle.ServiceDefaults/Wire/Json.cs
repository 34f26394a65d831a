using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// JSON on the wire: snake_case members and enums, nothing unknown, nothing twice, at most 32 levels deep. A null is never written, so what
/// may be null may be left out; lists hold no nulls, and texts no NUL.
/// </summary>
public static class Json
{
    private const int MaximumDepth = 32;

    /// <summary>The wire's options, for code that reads or writes JSON outside a request.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    public static void AddJson(this IHostApplicationBuilder builder) =>
        builder.Services.ConfigureHttpJsonOptions(json => Apply(json.SerializerOptions));

    internal static bool MayBeNull(JsonPropertyInfo property) => property.PropertyType.IsValueType
        ? Nullable.GetUnderlyingType(property.PropertyType) is not null
        : property.IsSetNullable;

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(options);
        options.MakeReadOnly();
        return options;
    }

    private static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.MaxDepth = MaximumDepth;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // Chinese stays readable; never inside HTML
        options.Converters.Add(new WireNameConverter());
        options.Converters.Add(new MomentConverter());
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver())
            .WithAddedModifier(LeaveOutNulls).WithAddedModifier(CheckMembers).WithAddedModifier(CheckItems);
    }

    private static void LeaveOutNulls(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(MayBeNull)) property.IsRequired = false;
    }

    // PostgreSQL cannot store a NUL, and tells so with the text around it, which would end in our logs.
    private static void CheckMembers(JsonTypeInfo type)
    {
        var texts = type.Properties.Where(property => property.PropertyType == typeof(string) && property.Get is not null).ToArray();
        if (texts.Length == 0 || type.OnDeserialized is not null) return;
        type.OnDeserialized = thing =>
        {
            foreach (var text in texts)
                if (text.Get!(thing) is string value && value.Contains('\0')) throw new UnreadableValue(FieldError.Nul with { Field = text.Name });
        };
    }

    // The nullable annotations of a list's items do not reach the serializer.
    private static void CheckItems(JsonTypeInfo type)
    {
        if (type.Kind is JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary && type.ElementType is { IsValueType: false })
            type.OnDeserialized = static list =>
            {
                foreach (var item in list is IDictionary dictionary ? dictionary.Values : (IEnumerable)list)
                {
                    if (item is null) throw new UnreadableValue(FieldError.Null);
                    if (item is string text && text.Contains('\0')) throw new UnreadableValue(FieldError.Nul);
                }
            };
    }
}

/// <summary>A JSON value that we refuse; System.Text.Json adds its path.</summary>
internal sealed class UnreadableValue(FieldError error) : JsonException
{
    /// <summary>What is wrong; its field is counted from the value's path.</summary>
    public FieldError Error => error;
}

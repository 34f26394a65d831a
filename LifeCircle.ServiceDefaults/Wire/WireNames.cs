using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LifeCircle.ServiceDefaults;

/// <summary>The words that stand for an enum's values on the wire: snake_case, as in <c>next_day</c>, and nothing else.</summary>
public static class WireNames
{
    /// <summary>Every word, in the order of the enum.</summary>
    public static IReadOnlyCollection<string> All<T>() where T : struct, Enum => Names<T>.Values.Keys;

    public static string Of<T>(T value) where T : struct, Enum => Names<T>.Words[value];

    public static T Parse<T>(string word) where T : struct, Enum => Names<T>.Values[word];

    public static bool TryParse<T>(string word, out T value) where T : struct, Enum => Names<T>.Values.TryGetValue(word, out value);

    /// <summary>Whether clients ever get or give a value of an enum; false where it is marked <c>[Browsable(false)]</c>.</summary>
    internal static bool IsSeen(Type type, string name) => type.GetField(name)!.GetCustomAttribute<BrowsableAttribute>() is not { Browsable: false };

    internal static string Of(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static class Names<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Words = Enum.GetValues<T>().ToDictionary(value => value, value => Of(value.ToString()));

        public static readonly Dictionary<string, T> Values = Words.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}

/// <summary>
/// Reads and writes enums as their words. The converter of System.Text.Json takes the C# names as well, and adds up the values of a list
/// like <c>"open, closed"</c> to one that does not exist.
/// </summary>
internal sealed class WireNameConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T> where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && WireNames.TryParse<T>(reader.GetString()!, out var value)
                ? value
                : throw new UnreadableValue(FieldError.NoneOf(WireNames.All<T>()));

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(WireNames.Of(value));

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Read(ref reader, typeToConvert, options);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WritePropertyName(WireNames.Of(value));
    }
}

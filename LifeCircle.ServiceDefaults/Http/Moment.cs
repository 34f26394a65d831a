using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// A moment in a query: RFC 3339 with offset, e.g. <c>2026-03-10T10:00:00+08:00</c>. The framework would take one without offset for the
/// server's own time.
/// </summary>
/// <param name="Value">The moment.</param>
public readonly partial record struct Moment(DateTimeOffset Value) : IParsable<Moment>
{
    public static Moment Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var moment) ? moment : throw new FormatException("Not a moment of RFC 3339 with offset.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Moment result)
    {
        // A "+" that was not escaped arrives as a blank.
        var text = s?.Replace(' ', '+') ?? "";
        var readable = Rfc3339().IsMatch(text) & DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var value);
        result = new Moment(value);
        return readable;
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$")]
    private static partial Regex Rfc3339();
}

/// <summary>The same rule for JSON.</summary>
internal sealed class MomentConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Moment.TryParse(reader.GetString(), null, out var moment) ? moment.Value : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

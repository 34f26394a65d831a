using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Moments on the wire (RFC 3339). The framework takes one without an offset as well, and guesses the time zone. From here on they are in
/// UTC: PostgreSQL's driver takes no other.
/// </summary>
public static partial class Moments
{
    /// <summary>What is said about anything else.</summary>
    public static readonly FieldError Expected = new("",
        "It must be a date and time with an offset, such as 2026-03-10T10:00:00+08:00.", "须为带时区偏移的日期时间，例如 2026-03-10T10:00:00+08:00。");

    /// <summary>Reads a moment; without an offset it is none.</summary>
    public static bool TryParse(string text, out DateTimeOffset moment)
    {
        moment = default;
        return Form().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out moment);
    }

    [GeneratedRegex(@"^[0-9]{4}-[0-9][0-9]-[0-9][0-9][Tt ][0-9][0-9]:[0-9][0-9]:[0-9][0-9](\.[0-9]{1,9})?([Zz]|[+-][0-9][0-9]:[0-9][0-9])$")]
    private static partial Regex Form();
}

/// <summary>Reads moments with an offset only.</summary>
internal sealed class MomentConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Moments.TryParse(reader.GetString()!, out var moment)
            ? moment
            : throw new UnreadableValue(Moments.Expected);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

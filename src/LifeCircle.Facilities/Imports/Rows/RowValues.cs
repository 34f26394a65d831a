using System.Globalization;
using System.Numerics;
using System.Text.Json;
using LifeCircle.Facilities.Places;

namespace LifeCircle.Facilities.Imports.Rows;

/// <summary>The raw values of a row. What cannot be what is asked for is noted as a fault of the row.</summary>
internal abstract class RowValues
{
    /// <summary>The geometry of a GeoJSON feature; null in the other formats, where members hold it.</summary>
    public virtual JsonElement? Geometry => null;

    public abstract string? Text(string member, ImportRow row);

    public abstract T? Number<T>(string member, ImportRow row) where T : struct, INumber<T>;

    public abstract OpeningHours? Hours(string member, ImportRow row);

    /// <summary>The GeoJSON of the row's area.</summary>
    public abstract JsonElement? Area(ImportRow row);
}

/// <summary>The cells of a CSV record. An empty cell is an absent value.</summary>
internal sealed class CsvValues(IReadOnlyDictionary<string, int> columns, string[] cells) : RowValues
{
    public override string? Text(string member, ImportRow row) =>
        columns.TryGetValue(member, out var column) && !string.IsNullOrWhiteSpace(cells[column]) ? cells[column] : null;

    public override T? Number<T>(string member, ImportRow row)
    {
        if (Text(member, row) is not { } text) return null;
        if (T.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number;
        row.Fail(FacilitiesRules.ValueInvalid, member, "It must be a number, with a point for decimals and nothing between the thousands.",
            "须为数字，小数用点，不带千位分隔符。");
        return null;
    }

    // JSON, or the notation of OpenStreetMap, which is what people write by hand.
    public override OpeningHours? Hours(string member, ImportRow row)
    {
        if (Text(member, row) is not { } text) return null;
        if (text.AsSpan().TrimStart().StartsWith("{")) return OpeningHours.FromJson(text, member);
        if (OpeningHoursText.TryParse(text, out var hours, out var reason)) return hours;
        row.Fail(PlacesRules.OpeningHoursInvalid, member, reason, $"无法识别的开放时间：{reason}");
        return null;
    }

    public override JsonElement? Area(ImportRow row) => null;
}

/// <summary>The members of a JSON object.</summary>
internal sealed class JsonValues(JsonElement members, JsonElement? geometry = null) : RowValues
{
    public override JsonElement? Geometry => geometry;

    public override string? Text(string member, ImportRow row)
    {
        if (Find(member) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.String && TryGetString(value, out var text)) return text;
        row.Fail(FacilitiesRules.ValueInvalid, member, "It must be a JSON string.", "须为 JSON 字符串。");
        return null;
    }

    public override T? Number<T>(string member, ImportRow row)
    {
        if (Find(member) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.Number
            && T.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number;
        row.Fail(FacilitiesRules.ValueInvalid, member,
            typeof(T) == typeof(int) ? "It must be a whole JSON number." : "It must be a JSON number.",
            typeof(T) == typeof(int) ? "须为 JSON 整数。" : "须为 JSON 数字。");
        return null;
    }

    public override OpeningHours? Hours(string member, ImportRow row) =>
        Find(member) is { } value ? OpeningHours.FromJson(value.GetRawText(), member) : null;

    public override JsonElement? Area(ImportRow row) => geometry ?? Find("boundary");

    private JsonElement? Find(string member) =>
        members.TryGetProperty(member, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    // A lone surrogate behind \u is valid JSON, but no text.
    private static bool TryGetString(JsonElement value, out string? text)
    {
        try
        {
            text = value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }
}

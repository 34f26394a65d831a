using System.Text.Json;
using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Imports.Rows;

/// <summary>From a place on the content cannot be read, so nobody knows what else would be in it.</summary>
internal sealed class ContentUnreadable(RowPlace place, params IReadOnlyList<ImportFault> faults) : Exception(faults[0].English)
{
    public RowPlace Place => place;

    public IReadOnlyList<ImportFault> Faults => faults;

    public static ContentUnreadable At(RowPlace place, Rule rule, string? member = null, string? en = null, string? zh = null) =>
        new(place, new ImportFault(member, rule.Code, en ?? rule.English, zh ?? rule.Chinese));
}

/// <summary>Turns a content into rows, one at a time, in bounded memory. A row is valid until the next is asked for.</summary>
internal static class RowReading
{
    /// <summary>Longest row, in bytes. A polygon of 100,000 corners fits.</summary>
    public const int MaximumRowBytes = 4 << 20;

    private static readonly JsonDocumentOptions RowJson = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <exception cref="ContentUnreadable">After the rows before that place.</exception>
    public static IAsyncEnumerable<ImportRow> ReadAsync(
        ImportContent content, Stream stream, RowMembers members, CancellationToken cancel) =>
        content.Format == ImportFormat.Csv ? CsvRows.ReadAsync(stream, content.Delimiter, members, cancel)
        : content.Format == ImportFormat.Ndjson ? NdjsonRows.ReadAsync(stream, members, cancel)
        : content.Format == ImportFormat.GeoJson ? new GeoJsonRows(stream, members).ReadAsync(cancel)
        : content.Format.Osm is { } osm ? OsmRows.ReadAsync(content, osm, cancel)
        : throw new NotSupportedException(content.Format.MediaType);

    /// <summary>Reads the JSON of a row. It stays in use until the result is disposed.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> json, out (string En, string Zh) fault)
    {
        fault = default;
        try
        {
            return JsonDocument.Parse(json, RowJson);
        }
        catch (JsonException unreadable)
        {
            fault = Explain(unreadable);
        }
        catch (InvalidOperationException)
        {
            fault = ("A member's name is not valid text.", "字段名不是有效文本。"); // a lone surrogate behind \u
        }
        return null;
    }

    /// <summary>A row whose values are the members of an object; unknown ones are named.</summary>
    public static ImportRow JsonRow(RowPlace place, JsonElement members, JsonElement? geometry, IEnumerable<string> known)
    {
        var row = new ImportRow(place, new JsonValues(members, geometry));
        foreach (var member in members.EnumerateObject().Where(member => !known.Any(member.NameEquals)).Take(ImportRun.FaultsKept))
            row.Fail(ImportRules.MemberUnknown, Printable(member.Name));
        return row;
    }

    /// <summary>A name that a client made up, fit to be shown.</summary>
    public static string Printable(string name)
    {
        var text = new string([.. name.Where(character => !char.IsControl(character))]);
        return text.Length > 60 ? text[..60] : text;
    }

    /// <summary>A row of which nothing could be read.</summary>
    public static ImportRow Unreadable(RowPlace place, Rule rule, string? en = null, string? zh = null)
    {
        var row = new ImportRow(place, null);
        row.Fail(rule, null, en, zh);
        return row;
    }

    /// <summary>What a JSON reader complains of, without the places in its buffer.</summary>
    public static (string English, string Chinese) Explain(JsonException fault) =>
        fault.Message.Contains("Duplicate", StringComparison.OrdinalIgnoreCase) ? ("A member stands twice.", "字段重复。")
        : fault.Message.Contains("depth", StringComparison.OrdinalIgnoreCase) ? ("It is nested too deeply.", "嵌套过深。")
        : ("It is not valid JSON, or it ends too early.", "不是有效的 JSON，或提前结束。");
}

using System.Globalization;
using System.Runtime.CompilerServices;
using CsvHelper;
using CsvHelper.Configuration;
using LifeCircle.Facilities.Imports.Running;

namespace LifeCircle.Facilities.Imports.Rows;

/// <summary>CSV (RFC 4180) with a header row. Quotes that do not match spoil their record, a wrong header the whole.</summary>
internal static class CsvRows
{
    public static async IAsyncEnumerable<ImportRow> ReadAsync(
        Stream stream, CsvDelimiter? delimiter, RowMembers members, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var text = new Utf8Text(stream);
        var header = await text.PeekLineAsync(cancel);
        var wrong = false;
        using var parser = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = delimiter is { } given ? Character(given) : Detect(header),
            IgnoreBlankLines = false, // they count as lines
            BadDataFound = _ => wrong = true,
        });
        if (!await NextAsync(parser, text)) yield break;
        var columns = Columns(parser.Record!, members);

        for (long number = 1; ;)
        {
            var line = parser.RawRow + 1L;
            wrong = false;
            cancel.ThrowIfCancellationRequested();
            if (!await NextAsync(parser, text)) yield break;
            var cells = parser.Record!;
            if (cells is [""]) continue;
            var place = new RowPlace(number++, line, null);
            yield return wrong ? RowReading.Unreadable(place, ImportRules.RowUnreadable,
                    "The quotes do not match: a quoted cell begins and ends with \", and a quote in it is doubled.",
                    "引号不匹配：带引号的单元格须以 \" 开始和结束，其中的引号须写两次。")
                : cells.Length != columns.Count ? RowReading.Unreadable(place, ImportRules.RowUnreadable,
                    $"The row has {cells.Length} cells, the header {columns.Count}.", $"该行有 {cells.Length} 个单元格，标题行有 {columns.Count} 个。")
                : new ImportRow(place, new CsvValues(columns, cells));
        }
    }

    private static Task<bool> NextAsync(CsvParser parser, Utf8Text text)
    {
        text.Begin();
        return parser.ReadAsync();
    }

    private static Dictionary<string, int> Columns(string[] header, RowMembers members)
    {
        string[] required = [.. members.Required, .. members.Coordinates];
        var names = header.Select(name => name.Trim()).ToArray();
        var faults = names.Where(name => !required.Contains(name) && !members.Optional.Contains(name))
            .Select(name => ImportFault.Of(ImportRules.MemberUnknown) with { Field = RowReading.Printable(name) })
            .Concat(required.Except(names).Select(name => ImportFault.Of(ImportRules.MemberMissing) with { Field = name }))
            .Concat(names.GroupBy(name => name).Where(name => name.Count() > 1)
                .Select(name => new ImportFault(name.Key, ImportRules.MemberUnknown.Code, "The column stands twice.", "该列重复。")))
            .Take(ImportRun.FaultsKept).ToArray();
        return faults is []
            ? names.Select((name, column) => (name, column)).ToDictionary(pair => pair.name, pair => pair.column, StringComparer.Ordinal)
            : throw new ContentUnreadable(new RowPlace(0, 1, null), faults);
    }

    // The names of columns hold none of the three, so the most frequent one is it.
    private static string Detect(string header) =>
        Enum.GetValues<CsvDelimiter>().Select(Character).MaxBy(character => header.Count(candidate => candidate == character[0]))!;

    private static string Character(CsvDelimiter delimiter) => delimiter switch
    {
        CsvDelimiter.Semicolon => ";",
        CsvDelimiter.Tab => "\t",
        _ => ",",
    };
}

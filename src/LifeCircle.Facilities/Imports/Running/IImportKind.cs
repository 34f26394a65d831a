using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Osm;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Imports.Running;

/// <summary>A format that a kind takes.</summary>
/// <param name="MediaType">As in Content-Type.</param>
/// <param name="Extensions">Of files, for the command line: <c>.csv</c>.</param>
internal sealed record ImportFormat(string MediaType, params string[] Extensions)
{
    public static readonly ImportFormat Csv = new("text/csv", ".csv");
    public static readonly ImportFormat GeoJson = new("application/geo+json", ".geojson", ".json");
    public static readonly ImportFormat Ndjson = new("application/x-ndjson", ".ndjson", ".jsonl");

    /// <summary>OpenStreetMap's XML, as registered with IANA.</summary>
    public static readonly ImportFormat OsmXml = new("application/vnd.openstreetmap.data+xml", ".osm") { Osm = OsmFormat.Xml };

    /// <summary>OpenStreetMap's binary format. It has no registered name; this one follows that of the XML.</summary>
    public static readonly ImportFormat OsmPbf = new("application/vnd.openstreetmap.data+pbf", ".osm.pbf", ".pbf") { Osm = OsmFormat.Pbf };

    /// <summary>Null for what is no OpenStreetMap file.</summary>
    public OsmFormat? Osm { get; private init; }

    /// <summary>The format that a file's ending stands for; null if it is none of these.</summary>
    public static ImportFormat? OfFile(IEnumerable<ImportFormat> formats, string file) =>
        formats.FirstOrDefault(format => format.Extensions.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>
/// Something that can be imported. One instance a process: what belongs to one import is in its <see cref="ImportRun"/>. A kind is added by
/// <c>services.AddSingleton&lt;IImportKind, ...&gt;()</c>, and nothing else needs to know of it.
/// </summary>
internal interface IImportKind
{
    /// <summary>As in <c>?kind=</c>.</summary>
    string Name { get; }

    /// <summary>Only a client of the whole district may import it.</summary>
    bool WholeDistrictOnly { get; }

    IReadOnlyList<ImportFormat> Formats { get; }

    /// <summary>Largest content, in bytes. <see cref="ImportOptions.MaximumBytes"/> bounds it further.</summary>
    long MaximumBytes { get; }

    /// <summary>
    /// Reads the content and brings what it says into the database, through the context, in the transaction that is open on it. It neither
    /// commits nor rolls back: that follows from <see cref="ImportRun.Writes"/> and what this method throws.
    /// </summary>
    /// <param name="run">Counts, bad rows, stage and result go here.</param>
    /// <param name="content">Can be opened more than once.</param>
    /// <param name="db">Inside the transaction. No transaction is open where nothing will be applied.</param>
    /// <param name="cancel">The import was cancelled, or the service stops.</param>
    /// <exception cref="RuleBroken">The whole is refused, with this reason.</exception>
    Task RunAsync(ImportRun run, ImportContent content, FacilitiesDbContext db, CancellationToken cancel);
}

/// <summary>What can be imported.</summary>
internal sealed class ImportKinds(IEnumerable<IImportKind> kinds)
{
    public IReadOnlyList<IImportKind> All { get; } = [.. kinds];

    /// <exception cref="RuleBroken">There is no such kind.</exception>
    public IImportKind Find(string name) => All.FirstOrDefault(kind => kind.Name == name) ?? throw Unknown();

    private RuleBroken Unknown()
    {
        var names = string.Join(", ", All.Select(kind => kind.Name));
        return new RuleBroken(ImportRules.KindUnknown, "kind", $"There are {names}.", $"可选：{names}。");
    }
}

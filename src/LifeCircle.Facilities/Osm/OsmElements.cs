namespace LifeCircle.Facilities.Osm;

/// <summary>The tags of an element: few, so looked through one by one.</summary>
internal readonly struct OsmTags(KeyValuePair<string, string>[] tags)
{
    public static readonly OsmTags None = new([]);

    public ReadOnlySpan<KeyValuePair<string, string>> All => tags;

    public bool IsEmpty => tags.Length == 0;

    /// <summary>The value of a key, null without it.</summary>
    public string? this[string key]
    {
        get
        {
            foreach (var tag in tags)
                if (tag.Key == key) return tag.Value;
            return null;
        }
    }
}

/// <summary>A point.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Lon">Degrees east, WGS 84.</param>
/// <param name="Lat">Degrees north, WGS 84.</param>
/// <param name="Tags">What it is, if anything by itself.</param>
internal readonly record struct OsmNode(long Id, double Lon, double Lat, OsmTags Tags);

/// <summary>A line or an outline.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Nodes">Its points in order, by id.</param>
/// <param name="Tags">What it is.</param>
internal readonly record struct OsmWay(long Id, long[] Nodes, OsmTags Tags);

/// <summary>Some thousand elements.</summary>
internal sealed record OsmBlock(IReadOnlyList<OsmNode> Nodes, IReadOnlyList<OsmWay> Ways);

/// <summary>What a reader is asked for; the rest is skipped as cheaply as the format allows.</summary>
[Flags]
internal enum OsmWanted
{
    Nodes = 1,
    Ways = 2,
}

internal enum OsmFormat
{
    /// <summary>.osm.pbf</summary>
    Pbf,

    /// <summary>.osm</summary>
    Xml,
}

/// <summary>An OpenStreetMap file, read as a stream: memory does not grow with the file.</summary>
internal static class OsmFile
{
    /// <exception cref="OsmFormatException">It is not of this format, or damaged.</exception>
    public static IAsyncEnumerable<OsmBlock> ReadAsync(Stream file, OsmFormat format, OsmWanted wanted, CancellationToken cancel) =>
        format == OsmFormat.Pbf ? OsmPbfReader.ReadAsync(file, wanted, cancel) : OsmXmlReader.ReadAsync(file, wanted, cancel);
}

/// <summary>A file that is not what it should be.</summary>
/// <param name="where">Byte or line.</param>
/// <param name="english">What is wrong.</param>
/// <param name="chinese">The same.</param>
internal sealed class OsmFormatException(string where, string english, string chinese) : FormatException($"{english} ({where})")
{
    public string English => Message;

    public string Chinese { get; } = $"{chinese}（{where}）";
}

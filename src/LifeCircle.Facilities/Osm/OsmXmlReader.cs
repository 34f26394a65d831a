using System.Globalization;
using System.Runtime.CompilerServices;
using System.Xml;

namespace LifeCircle.Facilities.Osm;

/// <summary>Reads .osm (wiki.openstreetmap.org/wiki/OSM_XML).</summary>
internal static class OsmXmlReader
{
    private const int BlockSize = 8_000;

    public static async IAsyncEnumerable<OsmBlock> ReadAsync(
        Stream file, OsmWanted wanted, [EnumeratorCancellation] CancellationToken cancel)
    {
        var settings = new XmlReaderSettings { Async = true, DtdProcessing = DtdProcessing.Prohibit, IgnoreComments = true, IgnoreWhitespace = true };
        using var xml = XmlReader.Create(file, settings);
        var (nodes, ways) = (new List<OsmNode>(), new List<OsmWay>());
        if (!await MoveAsync(xml) || xml.Name != "osm") throw Broken(xml, "This is not an .osm file: its root is not <osm>.", "不是 .osm 文件：根元素不是 <osm>。");
        while (await MoveAsync(xml))
        {
            if (xml.NodeType != XmlNodeType.Element) continue;
            cancel.ThrowIfCancellationRequested();
            if (xml.Name == "node" && wanted.HasFlag(OsmWanted.Nodes)) nodes.Add(await NodeAsync(xml));
            else if (xml.Name == "way" && wanted.HasFlag(OsmWanted.Ways)) ways.Add(await WayAsync(xml));
            if (nodes.Count + ways.Count < BlockSize) continue;
            yield return new OsmBlock(nodes, ways);
            (nodes, ways) = ([], []);
        }
        yield return new OsmBlock(nodes, ways);
    }

    private static async Task<OsmNode> NodeAsync(XmlReader xml)
    {
        var (id, lon, lat) = (Id(xml, "id"), Degrees(xml, "lon", 180), Degrees(xml, "lat", 90));
        var (_, tags) = await ChildrenAsync(xml);
        return new OsmNode(id, lon, lat, tags);
    }

    private static async Task<OsmWay> WayAsync(XmlReader xml)
    {
        var id = Id(xml, "id");
        var (nodes, tags) = await ChildrenAsync(xml);
        return new OsmWay(id, nodes, tags);
    }

    private static async Task<(long[] Nodes, OsmTags Tags)> ChildrenAsync(XmlReader xml)
    {
        if (xml.IsEmptyElement) return ([], OsmTags.None);
        var depth = xml.Depth;
        var nodes = new List<long>();
        var tags = new List<KeyValuePair<string, string>>();
        while (await MoveAsync(xml) && xml.Depth > depth)
        {
            if (xml.NodeType != XmlNodeType.Element) continue;
            if (xml.Name == "nd") nodes.Add(Id(xml, "ref"));
            else if (xml.Name == "tag") tags.Add(new(Attribute(xml, "k"), Attribute(xml, "v")));
        }
        return ([.. nodes], tags.Count == 0 ? OsmTags.None : new OsmTags([.. tags]));
    }

    private static async Task<bool> MoveAsync(XmlReader xml)
    {
        try
        {
            do
            {
                if (!await xml.ReadAsync()) return false;
            }
            while (xml.NodeType is not (XmlNodeType.Element or XmlNodeType.EndElement));
            return true;
        }
        catch (XmlException damaged)
        {
            throw new OsmFormatException(FormattableString.Invariant($"line {damaged.LineNumber}"), "The XML is damaged or cut off.", "XML 已损坏或被截断。");
        }
    }

    private static long Id(XmlReader xml, string name) =>
        long.TryParse(Attribute(xml, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            ? id : throw Broken(xml, $"'{name}' of <{xml.Name}> is not a whole number.", $"<{xml.Name}> 的“{name}”不是整数。");

    private static double Degrees(XmlReader xml, string name, double limit) =>
        double.TryParse(Attribute(xml, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) && Math.Abs(degrees) <= limit
            ? degrees : throw Broken(xml, $"'{name}' of <{xml.Name}> is not a number of degrees. Swapped axes?", $"<{xml.Name}> 的“{name}”不是有效度数。经纬度是否颠倒？");

    private static string Attribute(XmlReader xml, string name) => xml.GetAttribute(name)
        ?? throw Broken(xml, $"<{xml.Name}> has no '{name}'.", $"<{xml.Name}> 缺少“{name}”。");

    private static OsmFormatException Broken(XmlReader xml, string english, string chinese) =>
        new(FormattableString.Invariant($"line {((IXmlLineInfo)xml).LineNumber}"), english, chinese);
}

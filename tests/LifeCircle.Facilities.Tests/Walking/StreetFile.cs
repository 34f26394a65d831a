using System.Globalization;
using System.Text;
using LifeCircle.Facilities.Osm;
using LifeCircle.Facilities.Walking;

namespace LifeCircle.Facilities.Tests.Walking;

/// <summary>
/// A small made-up .osm file. Points stand on a grid of 0.0001 degrees, 11.12 m from south to north, from 114.18 E, 0 N if nothing else is
/// said: there a degree is as wide as it is high.
/// </summary>
internal sealed class StreetFile(double originLon = 114.18, double originLat = 0)
{
    private readonly StringBuilder _nodes = new();
    private readonly StringBuilder _ways = new();

    public StreetFile Node(long id, int x, int y, string tags = "")
    {
        _nodes.Append(CultureInfo.InvariantCulture, $"<node id='{id}' lon='{originLon + (x * 1e-4):0.0000000}' lat='{originLat + (y * 1e-4):0.0000000}'>{Xml(tags)}</node>");
        return this;
    }

    public StreetFile Way(string tags, params long[] nodes)
    {
        _ways.Append("<way id='1'>").AppendJoin("", nodes.Select(node => $"<nd ref='{node}'/>")).Append(Xml(tags)).Append("</way>");
        return this;
    }

    public string Text => $"<osm>{_nodes}{_ways}</osm>";

    public Task<(WalkingNetwork Network, StreetsReport Report)> ImportAsync()
    {
        var bytes = Encoding.UTF8.GetBytes(Text);
        return ImportStreets.ReadAsync(() => new MemoryStream(bytes), OsmFormat.Xml, TestContext.Current.CancellationToken);
    }

    private static string Xml(string tags) => string.Concat(tags.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(tag => tag.Split('=')).Select(pair => $"<tag k='{pair[0]}' v='{pair[1]}'/>"));
}

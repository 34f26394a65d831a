using System.Globalization;
using System.Xml.Linq;
using Position = LifeCircle.Facilities.Places.Position;

namespace LifeCircle.Facilities.Tests.DemoDistrict;

public class DemoStreetsTests(GeneratedDistrict district) : IClassFixture<GeneratedDistrict>
{
    [Fact]
    public void At_least_97_percent_of_the_walkable_nodes_hang_together()
    {
        var neighbours = Neighbours();
        var largest = Reach(neighbours, neighbours.Keys.Where(node => node < 2_000_000).Min()).Count;
        Assert.InRange(largest / (double)neighbours.Count, 0.97, 0.9999);
    }

    [Fact]
    public void Every_part_of_the_town_has_streets()
    {
        var nodes = Points();
        var walkable = Neighbours().Keys.ToHashSet();
        foreach (var building in district.Buildings.Where((_, index) => index % 20 == 0))
        {
            var at = GeneratedDistrict.PositionOf(building);
            Assert.True(walkable.Min(node => Math.Abs(nodes[node].Lon - at.Lon) + Math.Abs(nodes[node].Lat - at.Lat)) < 0.005, building.GetRawText());
        }
    }

    [Fact]
    public void The_river_makes_walks_longer_than_the_straight_line()
    {
        var nodes = Points();
        var neighbours = Neighbours();
        var river = Ways("waterway", "river").Single().Elements("nd").Select(nd => nodes[Id(nd, "ref")]).ToList();
        // Half-way between the bridges on rows 4 and 16.
        var bank = river[10];
        var west = Nearest(nodes, neighbours, bank, node => node.Lon < bank.Lon);
        var east = Nearest(nodes, neighbours, bank, node => node.Lon > bank.Lon);
        var straight = Position.Of(nodes[west].Lon, nodes[west].Lat).MetresTo(Position.Of(nodes[east].Lon, nodes[east].Lat));
        Assert.InRange(straight, 20, 300);
        Assert.True(Walk(nodes, neighbours, west)[east] > 4 * straight);
    }

    [Fact]
    public void Holds_what_an_importer_must_not_walk_on()
    {
        Assert.Single(Ways("route", "ferry"));
        Assert.Single(Ways("highway", "motorway"));
        Assert.Single(Ways("highway", "construction"));
        Assert.Single(Ways("railway", "rail"));
        Assert.NotEmpty(Ways("access", "private"));
        Assert.NotEmpty(Ways("highway", "steps"));
        Assert.Equal(24, district.Streets.Elements("node").Count(node => node.Elements("tag").Any(tag => tag.Attribute("v")!.Value == "gate")));
        Assert.InRange(Ways("bridge", "yes").Count(), 7, 10);
        Assert.InRange(Ways("tunnel", "yes").Count(), 4, 7);
    }

    [Fact]
    public void Every_way_refers_to_nodes_of_the_file_and_lies_in_the_district()
    {
        var nodes = Points();
        Assert.All(district.Streets.Elements("way"), way =>
        {
            Assert.InRange(way.Elements("nd").Count(), 2, 2000);
            Assert.All(way.Elements("nd"), nd => Assert.True(nodes.ContainsKey(Id(nd, "ref"))));
        });
        var outline = district.District.Outline.Buffer(0.0005);
        Assert.All(nodes.Values, point => Assert.True(outline.Contains(Position.Of(point.Lon, point.Lat).ToPoint())));
    }

    private Dictionary<long, (double Lon, double Lat)> Points() => district.Streets.Elements("node").ToDictionary(
        node => Id(node, "id"), node => (Number(node, "lon"), Number(node, "lat")));

    private IEnumerable<XElement> Ways(string key, string value) => district.Streets.Elements("way").Where(way => Tag(way, key) == value);

    // The plainest reading of the access rules, independent of the walking network's.
    private Dictionary<long, HashSet<long>> Neighbours()
    {
        var neighbours = new Dictionary<long, HashSet<long>>();
        foreach (var way in district.Streets.Elements("way"))
        {
            if (Tag(way, "highway") is null or "motorway" or "construction" || Tag(way, "access") == "private")
                continue;
            var nodes = way.Elements("nd").Select(nd => Id(nd, "ref")).ToList();
            foreach (var (a, b) in nodes.Zip(nodes.Skip(1)))
            {
                (neighbours.TryGetValue(a, out var ofA) ? ofA : neighbours[a] = []).Add(b);
                (neighbours.TryGetValue(b, out var ofB) ? ofB : neighbours[b] = []).Add(a);
            }
        }

        return neighbours;
    }

    private static HashSet<long> Reach(Dictionary<long, HashSet<long>> neighbours, long start)
    {
        var seen = new HashSet<long> { start };
        var queue = new Queue<long>([start]);
        while (queue.TryDequeue(out var node))
            foreach (var next in neighbours[node])
                if (seen.Add(next))
                    queue.Enqueue(next);
        return seen;
    }

    private static Dictionary<long, double> Walk(Dictionary<long, (double Lon, double Lat)> nodes, Dictionary<long, HashSet<long>> neighbours, long start)
    {
        var metres = new Dictionary<long, double>();
        var queue = new PriorityQueue<long, double>([(start, 0)]);
        while (queue.TryDequeue(out var node, out var sofar))
        {
            if (!metres.TryAdd(node, sofar))
                continue;
            var here = Position.Of(nodes[node].Lon, nodes[node].Lat);
            foreach (var next in neighbours[node])
                queue.Enqueue(next, sofar + here.MetresTo(Position.Of(nodes[next].Lon, nodes[next].Lat)));
        }

        return metres;
    }

    private static long Nearest(
        Dictionary<long, (double Lon, double Lat)> nodes, Dictionary<long, HashSet<long>> neighbours, (double Lon, double Lat) to, Func<(double Lon, double Lat), bool> side) =>
        neighbours.Keys.Where(node => side(nodes[node])).MinBy(node => Math.Abs(nodes[node].Lon - to.Lon) + Math.Abs(nodes[node].Lat - to.Lat));

    private static string? Tag(XElement element, string key) =>
        element.Elements("tag").FirstOrDefault(tag => tag.Attribute("k")!.Value == key)?.Attribute("v")!.Value;

    private static long Id(XElement element, string attribute) => long.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}

using LifeCircle.Facilities.Osm;
using LifeCircle.Facilities.Walking;
using NetTopologySuite.Geometries;

namespace LifeCircle.Facilities.Tests.Reach;

/// <summary>A place beside a piece of street, and how far along that one leaves it; metres.</summary>
internal sealed record PlainPlace(long From, long To, FootWay Foot, double Metres, double Along, double OffStreet)
{
    /// <summary>By way of either end of the piece, whose times are known, and in a straight line from the street.</summary>
    public double Seconds(Dictionary<long, double> seconds, double speed, double stairsSpeed)
    {
        var pace = Foot.Stairs ? stairsSpeed : speed;
        // At an end of the piece one is there already, whichever way it may be walked.
        return (OffStreet / speed) + Math.Min(
            (Foot.Forward || Along < 0.005) && seconds.TryGetValue(From, out var from) ? from + (Along / pace) : double.MaxValue,
            (Foot.Backward || Metres - Along < 0.005) && seconds.TryGetValue(To, out var to) ? to + ((Metres - Along) / pace) : double.MaxValue);
    }
}

/// <summary>
/// The streets of a file in the plainest form: every point of every walkable way is a node, and paths are found by Dijkstra's algorithm over
/// dictionaries. Shares nothing with the service's network but the reader and the rules of access.
/// </summary>
internal sealed class PlainStreets
{
    private readonly Dictionary<long, (double Lon, double Lat)> _points = [];
    private readonly List<(long From, long To, FootWay Foot)> _pieces = [];
    private readonly Dictionary<long, List<Step>> _ways = [];

    /// <summary>A piece in the direction in which it is walked.</summary>
    /// <param name="To">Where it leads to.</param>
    /// <param name="Metres">How long it is.</param>
    /// <param name="Stairs">Steps.</param>
    /// <param name="OutOfGate">It begins at a gate, which nobody passes to get on it.</param>
    /// <param name="IntoGate">It ends at a gate, and nobody gets on from there.</param>
    private readonly record struct Step(long To, double Metres, bool Stairs, bool OutOfGate, bool IntoGate);

    public IReadOnlyDictionary<long, (double Lon, double Lat)> Points => _points;

    public static async Task<PlainStreets> ReadAsync(string path, CancellationToken cancel)
    {
        var streets = new PlainStreets();
        // For every end of a piece: the way ends there, too. A way that comes back to where it began has no end.
        var ends = new List<(bool From, bool To)>();
        var meeting = new Dictionary<long, int>();
        var gates = new HashSet<long>();
        await using (var file = File.OpenRead(path))
            await foreach (var way in OsmFile.ReadAsync(file, OsmFormat.Pbf, OsmWanted.Ways, cancel).SelectMany(block => block.Ways.ToAsyncEnumerable()))
                if (FootAccess.Of(way.Tags, out _) is { } foot)
                {
                    var hasEnds = way.Nodes[0] != way.Nodes[^1];
                    foreach (var (k, (from, to)) in way.Nodes.Zip(way.Nodes.Skip(1)).Index())
                    {
                        streets._pieces.Add((from, to, foot));
                        ends.Add((hasEnds && k == 0, hasEnds && k == way.Nodes.Length - 2));
                        meeting[from] = meeting.GetValueOrDefault(from) + 1;
                        meeting[to] = meeting.GetValueOrDefault(to) + 1;
                    }
                }
        await using (var file = File.OpenRead(path))
            await foreach (var node in OsmFile.ReadAsync(file, OsmFormat.Pbf, OsmWanted.Nodes, cancel).SelectMany(block => block.Nodes.ToAsyncEnumerable()))
                if (meeting.ContainsKey(node.Id))
                {
                    streets._points[node.Id] = (node.Lon, node.Lat);
                    if (FootAccess.Blocks(node.Tags)) gates.Add(node.Id);
                }
        foreach (var (i, (from, to, foot)) in streets._pieces.Index())
        {
            var (atFrom, atTo) = (IsShut(from, ends[i].From), IsShut(to, ends[i].To));
            if (foot.Forward) streets.Add(from, to, foot.Stairs, atFrom, atTo);
            if (foot.Backward) streets.Add(to, from, foot.Stairs, atTo, atFrom);
        }
        return streets;

        // In the middle of a street a gate shuts it. Where three or more pieces meet it shuts those whose way ends there.
        bool IsShut(long point, bool wayEnds) => gates.Contains(point) && (meeting[point] < 3 || wayEnds);
    }

    /// <summary>Seconds from a point of the streets to every other within a limit; nobody walks through a gate.</summary>
    public Dictionary<long, double> SecondsFrom(long from, double speed, double stairsSpeed, double limit)
    {
        var seconds = new Dictionary<long, double> { [from] = 0 };
        var beforeGates = new Dictionary<long, double> { [from] = 0 }; // from where one gets on
        var queue = new PriorityQueue<long, double>();
        queue.Enqueue(from, 0);
        var done = new HashSet<long>();
        while (queue.TryDequeue(out var point, out var time))
        {
            if (!done.Add(point)) continue;
            foreach (var step in _ways.GetValueOrDefault(point) ?? [])
            {
                var arrival = time + (step.Metres / (step.Stairs ? stairsSpeed : speed));
                if (arrival > limit || (step.OutOfGate && point != from)) continue;
                if (!seconds.TryGetValue(step.To, out var known) || arrival < known) seconds[step.To] = arrival;
                if (step.IntoGate || (beforeGates.TryGetValue(step.To, out known) && known <= arrival)) continue;
                beforeGates[step.To] = arrival;
                queue.Enqueue(step.To, arrival);
            }
        }
        return seconds;
    }

    /// <summary>How far a place is from the nearest street, by looking at all.</summary>
    public double MetresToStreet(double lon, double lat)
    {
        var shrink = Math.Cos(double.DegreesToRadians(lat));
        var here = new Coordinate(lon * shrink, lat);
        return _pieces.Where(piece => _points.ContainsKey(piece.From) && _points.ContainsKey(piece.To))
            .Min(piece => new LineSegment(At(piece.From), At(piece.To)).Distance(here)) * 6_371_008.8 * Math.PI / 180;

        Coordinate At(long point) => new(_points[point].Lon * shrink, _points[point].Lat);
    }

    /// <summary>Finds the piece of street next to a place, by looking at every one whose ends a walk can reach.</summary>
    public PlainPlace PlaceAt(double lon, double lat, Dictionary<long, double> reached)
    {
        const double metresPerDegree = 6_371_008.8 * Math.PI / 180;
        var shrink = Math.Cos(double.DegreesToRadians(lat));
        var here = new Coordinate(lon * shrink, lat);
        var nearest = new PlainPlace(0, 0, default, 0, 0, double.MaxValue);
        foreach (var (from, to, foot) in _pieces)
        {
            if (!_points.TryGetValue(from, out var a) || !_points.TryGetValue(to, out var b)) continue; // beyond the border of the file
            // Wholly further north or south than the nearest so far.
            var nearer = nearest.OffStreet / metresPerDegree;
            if (Math.Min(a.Lat, b.Lat) - lat > nearer || lat - Math.Max(a.Lat, b.Lat) > nearer) continue;
            if (!reached.ContainsKey(from) || !reached.ContainsKey(to)) continue;
            var line = new LineSegment(At(from), At(to));
            if (line.Distance(here) * metresPerDegree is var off && off >= nearest.OffStreet) continue;
            var metres = Haversine(_points[from], _points[to]);
            var along = line.Length == 0 ? 0 : line.ClosestPoint(here).Distance(line.P0) / line.Length * metres;
            nearest = new(from, to, foot, metres, along, off);
        }
        return nearest;

        Coordinate At(long point) => new(_points[point].Lon * shrink, _points[point].Lat);
    }

    private void Add(long from, long to, bool stairs, bool outOfGate, bool intoGate)
    {
        if (!_points.TryGetValue(from, out var a) || !_points.TryGetValue(to, out var b)) return;
        if (!_ways.TryGetValue(from, out var list)) _ways[from] = list = [];
        list.Add(new Step(to, Haversine(a, b), stairs, outOfGate, intoGate));
    }

    private static double Haversine((double Lon, double Lat) a, (double Lon, double Lat) b)
    {
        var (phi1, phi2) = (double.DegreesToRadians(a.Lat), double.DegreesToRadians(b.Lat));
        var h = Math.Pow(Math.Sin((phi2 - phi1) / 2), 2)
            + (Math.Cos(phi1) * Math.Cos(phi2) * Math.Pow(Math.Sin(double.DegreesToRadians(b.Lon - a.Lon) / 2), 2));
        return 2 * 6_371_008.8 * Math.Asin(Math.Sqrt(h));
    }
}

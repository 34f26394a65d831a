namespace LifeCircle.Facilities.Walking;

/// <summary>A part of the streets that no walk connects with the rest.</summary>
/// <param name="Lon">Of a junction of it, degrees.</param>
/// <param name="Lat">Of a junction of it, degrees.</param>
/// <param name="Junctions">How many.</param>
/// <param name="Metres">Length of its streets.</param>
internal sealed record Island(double Lon, double Lat, int Junctions, long Metres);

/// <summary>Collects the walkable ways of a file and makes the network of them.</summary>
internal sealed class NetworkBuilder
{
    private const double LongestPieceMetres = 20_000;
    private const int PiecesOfAJunction = 3;

    private readonly List<(long[] Nodes, FootWay Foot)> _ways = [];
    private long[] _ids = [];
    private byte[] _uses = [];
    private byte[] _pieces = []; // how many straight pieces meet at a point
    private bool[] _blocked = [];
    private bool[] _known = [];
    private int[] _lon = [];
    private int[] _lat = [];

    // Junctions and edges as they are found, before islands are left out and numbers are dealt.
    private readonly List<int> _junctionLon = [];
    private readonly List<int> _junctionLat = [];
    private readonly List<Edge> _edges = [];

    private sealed record Edge(int From, int To, EdgeKinds Kinds, int Centimetres, (int Lon, int Lat)[] Points);

    /// <summary>References to points that the file does not have: it was cut out of a larger one.</summary>
    public int MissingPoints { get; private set; }

    public int Barriers { get; private set; }

    /// <summary>Barriers at points where streets meet; they stop only what ends there.</summary>
    public int BarriersAtJunctions { get; private set; }

    /// <summary>Straight pieces too long to be a street: a point that they lead to is misplaced.</summary>
    public int ImpossiblePieces { get; private set; }

    /// <summary>What is not part of the network, largest first.</summary>
    public IReadOnlyList<Island> Islands { get; private set; } = [];

    public void AddWay(long[] nodes, FootWay foot)
    {
        if (nodes.Length >= 2) _ways.Add((nodes, foot));
    }

    /// <summary>Between the ways and their points: from here on only points that ways use are wanted.</summary>
    public void EndWays()
    {
        _ids = [.. _ways.SelectMany(way => way.Nodes).Distinct()];
        Array.Sort(_ids);
        (_uses, _pieces) = (new byte[_ids.Length], new byte[_ids.Length]);
        (_blocked, _known) = (new bool[_ids.Length], new bool[_ids.Length]);
        (_lon, _lat) = (new int[_ids.Length], new int[_ids.Length]);
        foreach (var (nodes, _) in _ways)
        {
            for (var i = 0; i < nodes.Length; i++)
            {
                var isEnd = i == 0 || i == nodes.Length - 1;
                var point = Array.BinarySearch(_ids, nodes[i]);
                // Both ends are junctions, whoever else uses them.
                _uses[point] = (byte)Math.Min(2, _uses[point] + (isEnd ? 2 : 1));
                _pieces[point] = (byte)Math.Min(PiecesOfAJunction, _pieces[point] + (isEnd ? 1 : 2));
            }
        }
    }

    public void AddPoint(long id, double lon, double lat, bool blocks)
    {
        var point = Array.BinarySearch(_ids, id);
        if (point < 0) return;
        (_lon[point], _lat[point], _known[point], _blocked[point]) = (Metres.Units(lon), Metres.Units(lat), true, blocks);
        if (!blocks) return;
        Barriers++;
        if (_pieces[point] >= PiecesOfAJunction) BarriersAtJunctions++;
    }

    /// <summary>The largest connected part of the streets.</summary>
    public WalkingNetwork Build()
    {
        MissingPoints = _known.Count(known => !known);
        var junctions = new int[_ids.Length];
        Array.Fill(junctions, -1);
        foreach (var (nodes, foot) in _ways) AddEdges(nodes, foot, junctions);
        var parts = Parts();
        var largest = parts.Length == 0 ? -1 : parts.CountBy(part => part).MaxBy(part => part.Value).Key;
        Islands = IslandsBeside(largest, parts);
        return Number(part => part == largest, parts);
    }

    private void AddEdges(long[] nodes, FootWay foot, int[] junctions)
    {
        var kinds = (foot.Forward ? EdgeKinds.Forward : 0) | (foot.Backward ? EdgeKinds.Backward : 0)
            | (foot.Stairs ? EdgeKinds.Stairs : 0);
        var points = new List<(int Lon, int Lat)>();
        var (from, last) = (-1, -1); // the junction where the piece begins, and the point that it has come to
        for (var i = 0; i < nodes.Length; i++)
        {
            var point = Array.BinarySearch(_ids, nodes[i]);
            if (from >= 0 && !(_known[point] && IsPossible(last, point)))
            {
                if (points.Count > 1) Add(JunctionAt(last, stops: false)); // a dead end
                from = -1;
            }
            if (!_known[point]) continue;
            last = point;
            var here = (_lon[point], _lat[point]);
            var stops = Stops(nodes, i, point);
            if (from < 0)
            {
                (from, points) = (JunctionAt(point, stops), [here]);
                continue;
            }
            if (points[^1] != here) points.Add(here);
            if (_uses[point] < 2 && !_blocked[point]) continue;
            var to = JunctionAt(point, stops);
            if (points.Count == 1 && to != from) points.Add(here); // two junctions at one place are joined
            if (points.Count > 1) Add(to);
            (from, points) = (stops ? JunctionAt(point, stops) : to, [here]);
        }

        void Add(int to) => _edges.Add(new Edge(from, to, kinds, Length(points), [.. points]));

        // Who is stopped gets a junction of their own: a barrier is a dead end from either side.
        int JunctionAt(int point, bool stops)
        {
            if (!stops && junctions[point] >= 0) return junctions[point];
            _junctionLon.Add(_lon[point]);
            _junctionLat.Add(_lat[point]);
            var junction = _junctionLon.Count - 1;
            if (!stops) junctions[point] = junction;
            return junction;
        }
    }

    /// <summary>
    /// Whether a barrier stops a way at a point of it. Where streets meet it is a gate at the mouth of one that ends there; others go on.
    /// </summary>
    private bool Stops(long[] nodes, int i, int point) =>
        _blocked[point] && (_pieces[point] < PiecesOfAJunction || ((i == 0 || i == nodes.Length - 1) && nodes[0] != nodes[^1]));

    private bool IsPossible(int point, int next)
    {
        if (Metres.Between(_lon[point], _lat[point], _lon[next], _lat[next]) <= LongestPieceMetres) return true;
        ImpossiblePieces++;
        return false;
    }

    private static int Length(List<(int Lon, int Lat)> points)
    {
        var metres = 0.0;
        for (var i = 1; i < points.Count; i++)
            metres += Metres.Between(points[i - 1].Lon, points[i - 1].Lat, points[i].Lon, points[i].Lat);
        return Math.Max(1, (int)Math.Round(metres * 100));
    }

    /// <summary>For every junction a junction that stands for its connected part.</summary>
    private int[] Parts()
    {
        var parent = Enumerable.Range(0, _junctionLon.Count).ToArray();
        foreach (var edge in _edges) parent[Find(edge.From)] = Find(edge.To);
        return [.. parent.Select((_, junction) => Find(junction))];

        int Find(int junction)
        {
            while (parent[junction] != junction)
                junction = parent[junction] = parent[parent[junction]];
            return junction;
        }
    }

    private Island[] IslandsBeside(int largest, int[] parts)
    {
        var metres = _edges.GroupBy(edge => parts[edge.From])
            .ToDictionary(part => part.Key, part => part.Sum(edge => (long)edge.Centimetres) / 100);
        return [.. parts.CountBy(part => part).Where(part => part.Key != largest && metres.ContainsKey(part.Key))
            .Select(part => new Island(
                Metres.Degrees(_junctionLon[part.Key]), Metres.Degrees(_junctionLat[part.Key]), part.Value, metres[part.Key]))
            .OrderByDescending(island => island.Metres)];
    }

    private WalkingNetwork Number(Func<int, bool> isKept, int[] parts)
    {
        var kept = Enumerable.Range(0, parts.Length).Where(junction => isKept(parts[junction]))
            .OrderBy(junction => ZOrder(_junctionLon[junction], _junctionLat[junction])).ToArray();
        var numbers = new int[parts.Length];
        for (var number = 0; number < kept.Length; number++) numbers[kept[number]] = number;
        var edges = _edges.Where(edge => isKept(parts[edge.From]))
            .OrderBy(edge => numbers[edge.From]).ThenBy(edge => numbers[edge.To]).ToArray();
        var firstPoint = new int[edges.Length + 1];
        for (var e = 0; e < edges.Length; e++) firstPoint[e + 1] = firstPoint[e] + edges[e].Points.Length;
        return new WalkingNetwork(
            [.. kept.Select(junction => _junctionLon[junction])],
            [.. kept.Select(junction => _junctionLat[junction])],
            new EdgeList(
                [.. edges.Select(edge => numbers[edge.From])], [.. edges.Select(edge => numbers[edge.To])],
                [.. edges.Select(edge => edge.Centimetres)], [.. edges.Select(edge => edge.Kinds)], firstPoint,
                [.. edges.SelectMany(edge => edge.Points, (_, point) => point.Lon)],
                [.. edges.SelectMany(edge => edge.Points, (_, point) => point.Lat)]));
    }

    /// <summary>The bits of both coordinates in turn.</summary>
    private static ulong ZOrder(int lon, int lat) => Spread((uint)(lon ^ int.MinValue)) | (Spread((uint)(lat ^ int.MinValue)) << 1);

    private static ulong Spread(uint bits)
    {
        var spread = (ulong)bits;
        spread = (spread | (spread << 16)) & 0x0000_FFFF_0000_FFFF;
        spread = (spread | (spread << 8)) & 0x00FF_00FF_00FF_00FF;
        spread = (spread | (spread << 4)) & 0x0F0F_0F0F_0F0F_0F0F;
        spread = (spread | (spread << 2)) & 0x3333_3333_3333_3333;
        return (spread | (spread << 1)) & 0x5555_5555_5555_5555;
    }
}

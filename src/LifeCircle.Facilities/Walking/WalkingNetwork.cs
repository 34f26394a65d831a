namespace LifeCircle.Facilities.Walking;

/// <summary>
/// The streets of an area as junctions and the pieces between them; immutable, shared by all queries. Junctions are numbered along a
/// Z-curve, so that neighbours lie close in memory. Positions are WGS 84 in units of 1e-7 degrees (about a centimetre), lengths
/// centimetres.
/// </summary>
internal sealed class WalkingNetwork
{
    public const double Unit = 1e-7;

    /// <param name="junctionLon">Longitude of each junction.</param>
    /// <param name="junctionLat">Latitude of each junction.</param>
    /// <param name="edges">The pieces of street.</param>
    public WalkingNetwork(int[] junctionLon, int[] junctionLat, EdgeList edges)
    {
        (JunctionLon, JunctionLat, Edges) = (junctionLon, junctionLat, edges);
        (FirstArc, ArcHead, ArcEdge) = Arcs(junctionLon.Length, edges);
        Index = new StreetIndex(edges);
    }

    public int[] JunctionLon { get; }

    public int[] JunctionLat { get; }

    public EdgeList Edges { get; }

    /// <summary>Finds the street next to a point.</summary>
    public StreetIndex Index { get; }

    public int JunctionCount => JunctionLon.Length;

    /// <summary>Where an arc leads to: those of junction <c>j</c> are <c>FirstArc[j]</c> to <c>FirstArc[j + 1] - 1</c>.</summary>
    public int[] ArcHead { get; }

    /// <summary>The edge that an arc goes along.</summary>
    public int[] ArcEdge { get; }

    public int[] FirstArc { get; }

    /// <summary>Bytes of all arrays, without the weights of profiles.</summary>
    public long Bytes =>
        (4L * (JunctionLon.Length + JunctionLat.Length + FirstArc.Length + ArcHead.Length + ArcEdge.Length)) + Edges.Bytes + Index.Bytes;

    private static (int[] FirstArc, int[] Head, int[] Edge) Arcs(int junctions, EdgeList edges)
    {
        var first = new int[junctions + 1];
        for (var e = 0; e < edges.Count; e++)
        {
            if (edges.IsForward(e)) first[edges.From[e] + 1]++;
            if (edges.IsBackward(e)) first[edges.To[e] + 1]++;
        }
        for (var j = 0; j < junctions; j++) first[j + 1] += first[j];
        var next = first[..^1];
        var (head, edge) = (new int[first[^1]], new int[first[^1]]);
        for (var e = 0; e < edges.Count; e++)
        {
            if (edges.IsForward(e)) Add(edges.From[e], edges.To[e], e);
            if (edges.IsBackward(e)) Add(edges.To[e], edges.From[e], e);
        }
        return (first, head, edge);

        void Add(int tail, int to, int along)
        {
            var arc = next[tail]++;
            (head[arc], edge[arc]) = (to, along);
        }
    }
}

/// <summary>What kind of piece an edge is.</summary>
[Flags]
internal enum EdgeKinds : byte
{
    /// <summary>May be walked from its first to its last point.</summary>
    Forward = 1,

    /// <summary>May be walked from its last to its first point.</summary>
    Backward = 2,
    Stairs = 4,
}

/// <summary>
/// Pieces of street between two junctions, as columns. Points of edge <c>e</c> are <c>FirstPoint[e]</c> to <c>FirstPoint[e + 1] - 1</c>,
/// both ends included.
/// </summary>
internal sealed record EdgeList(
    int[] From, int[] To, int[] Centimetres, EdgeKinds[] Kinds, int[] FirstPoint, int[] PointLon, int[] PointLat)
{
    public int Count => From.Length;

    public long Bytes =>
        (4L * (From.Length + To.Length + Centimetres.Length + FirstPoint.Length + PointLon.Length + PointLat.Length)) + Kinds.Length;

    public bool IsForward(int edge) => Kinds[edge].HasFlag(EdgeKinds.Forward);

    public bool IsBackward(int edge) => Kinds[edge].HasFlag(EdgeKinds.Backward);

    public bool IsStairs(int edge) => Kinds[edge].HasFlag(EdgeKinds.Stairs);
}

namespace LifeCircle.Facilities.Walking;

/// <summary>Where a walk can begin: a junction, and what it takes to get there.</summary>
internal readonly record struct WalkStart(int Junction, int Milliseconds, int Centimetres);

/// <summary>
/// Everything within a time of a point (Dijkstra's algorithm, cut off at the limit). Its arrays are as large as the network and used
/// again: one search at a time for an instance, no memory for a search.
/// </summary>
internal sealed class WalkingSearch(WalkingNetwork network)
{
    private readonly PriorityQueue<int, int> _queue = new();
    private readonly int[] _milliseconds = new int[network.JunctionCount];
    private readonly int[] _centimetres = new int[network.JunctionCount];
    private readonly int[] _round = new int[network.JunctionCount];
    private readonly List<int> _reached = [];
    private int _thisRound;

    /// <summary>The junctions within the limit, nearest first.</summary>
    public IReadOnlyList<int> Reached => _reached;

    /// <summary>Time to a reached junction.</summary>
    public int MillisecondsTo(int junction) => _milliseconds[junction];

    /// <summary>Length of the quickest way to a reached junction.</summary>
    public int CentimetresTo(int junction) => _centimetres[junction];

    /// <summary>Whether the last search reached the junction.</summary>
    public bool IsReached(int junction) => _round[junction] == _thisRound;

    /// <param name="edgeMilliseconds">Time for every edge.</param>
    /// <param name="starts">Where walks begin.</param>
    /// <param name="limit">Milliseconds, included.</param>
    public void Run(int[] edgeMilliseconds, ReadOnlySpan<WalkStart> starts, int limit)
    {
        _thisRound++;
        _reached.Clear();
        _queue.Clear();
        foreach (var start in starts) Offer(start.Junction, start.Milliseconds, start.Centimetres, limit);
        var (firstArc, arcHead, arcEdge, lengths) = (network.FirstArc, network.ArcHead, network.ArcEdge, network.Edges.Centimetres);
        while (_queue.TryDequeue(out var junction, out var milliseconds))
        {
            if (milliseconds > _milliseconds[junction]) continue; // a quicker way was found after this one
            _reached.Add(junction);
            for (var arc = firstArc[junction]; arc < firstArc[junction + 1]; arc++)
            {
                var edge = arcEdge[arc];
                Offer(arcHead[arc], milliseconds + edgeMilliseconds[edge], _centimetres[junction] + lengths[edge], limit);
            }
        }
    }

    private void Offer(int junction, int milliseconds, int centimetres, int limit)
    {
        if (milliseconds > limit || (_round[junction] == _thisRound && milliseconds >= _milliseconds[junction])) return;
        (_round[junction], _milliseconds[junction], _centimetres[junction]) = (_thisRound, milliseconds, centimetres);
        _queue.Enqueue(junction, milliseconds);
    }
}

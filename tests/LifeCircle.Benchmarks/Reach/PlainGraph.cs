using LifeCircle.Facilities.Walking;

namespace LifeCircle.Benchmarks.Reach;

/// <summary>The peer: Dijkstra's algorithm as in a textbook, over the same junctions and edges, in dictionaries.</summary>
internal sealed class PlainGraph
{
    private readonly Dictionary<int, List<(int To, int Milliseconds)>> _arcs = [];

    public PlainGraph(WalkingNetwork network, int[] edgeMilliseconds)
    {
        var edges = network.Edges;
        for (var edge = 0; edge < edges.Count; edge++)
        {
            if (edges.IsForward(edge)) Add(edges.From[edge], edges.To[edge], edgeMilliseconds[edge]);
            if (edges.IsBackward(edge)) Add(edges.To[edge], edges.From[edge], edgeMilliseconds[edge]);
        }
    }

    /// <summary>Milliseconds to every junction within a limit.</summary>
    public Dictionary<int, int> Within(int junction, int limit)
    {
        var reached = new Dictionary<int, int> { [junction] = 0 };
        var done = new HashSet<int>();
        var queue = new PriorityQueue<int, int>();
        queue.Enqueue(junction, 0);
        while (queue.TryDequeue(out var nearest, out var time))
        {
            if (!done.Add(nearest) || !_arcs.TryGetValue(nearest, out var arcs)) continue;
            foreach (var (to, milliseconds) in arcs)
            {
                var arrival = time + milliseconds;
                if (arrival > limit || (reached.TryGetValue(to, out var known) && known <= arrival)) continue;
                reached[to] = arrival;
                queue.Enqueue(to, arrival);
            }
        }
        return reached;
    }

    private void Add(int from, int to, int milliseconds)
    {
        if (!_arcs.TryGetValue(from, out var arcs)) _arcs[from] = arcs = [];
        arcs.Add((to, milliseconds));
    }
}

using System.Collections.Concurrent;
using LifeCircle.Facilities.Walking;

namespace LifeCircle.Facilities.Reach;

/// <summary>A place and the walk to it.</summary>
internal readonly record struct ReachedPlace(Place Place, int Milliseconds, int Centimetres)
{
    /// <summary>Whole seconds, begun ones counted.</summary>
    public int Seconds => (Milliseconds + 999) / 1000;

    public int Metres => (Centimetres + 50) / 100;
}

/// <summary>A network with what walking on it takes in every profile.</summary>
internal sealed class LoadedNetwork(
    Guid id, DateTimeOffset importedAt, WalkingNetwork streets, IReadOnlyDictionary<string, WalkingProfile> profiles)
{
    private readonly Dictionary<string, int[]> _edgeMilliseconds = profiles.ToDictionary(
        profile => profile.Key, profile => EdgeMilliseconds(streets.Edges, profile.Value), StringComparer.Ordinal);

    private readonly ConcurrentBag<WalkingSearch> _idle = [];

    public Guid Id { get; } = id;

    public DateTimeOffset ImportedAt { get; } = importedAt;

    public WalkingNetwork Streets { get; } = streets;

    public WalkingProfile Profile(string name) => profiles[name];

    /// <summary>Time for every edge.</summary>
    public int[] EdgeMilliseconds(string profile) => _edgeMilliseconds[profile];

    public WalkingSearch Rent() => _idle.TryTake(out var search) ? search : new WalkingSearch(Streets);

    public void Return(WalkingSearch search) => _idle.Add(search);

    private static int[] EdgeMilliseconds(EdgeList edges, WalkingProfile profile)
    {
        var milliseconds = new int[edges.Count];
        for (var edge = 0; edge < milliseconds.Length; edge++)
            milliseconds[edge] = (int)Math.Round(
                edges.Centimetres[edge] * 10 / (edges.IsStairs(edge) ? profile.StairsMetresPerSecond : profile.MetresPerSecond));
        return milliseconds;
    }
}

/// <summary>The streets and the places on them at one moment; immutable, shared by all queries.</summary>
internal sealed class Walkable
{
    private readonly PlaceOnStreet[] _places;
    private readonly int[] _firstAtJunction;
    private readonly int[] _placeAtJunction;

    public Walkable(LoadedNetwork network, IEnumerable<PlaceOnStreet> places)
    {
        Network = network;
        _places = [.. places];
        (_firstAtJunction, _placeAtJunction) = PlacesAtJunctions();
    }

    public LoadedNetwork Network { get; }

    /// <summary>
    /// The places within a time, nearest first. One walks in a straight line from the door to the street, then along streets.
    /// </summary>
    /// <param name="from">Where the door's street is.</param>
    /// <param name="profile">How one walks.</param>
    /// <param name="limit">Milliseconds, included.</param>
    /// <param name="isWanted">Which places count.</param>
    public List<ReachedPlace> Reach(Snap from, string profile, int limit, Func<Place, bool> isWanted)
    {
        var (edges, times) = (Network.Streets.Edges, Network.EdgeMilliseconds(profile));
        var millisecondsAMetre = 1000 / Network.Profile(profile).MetresPerSecond;
        var door = new Walk((int)Math.Round(from.Metres * millisecondsAMetre), (int)Math.Round(from.Metres * 100));
        var length = edges.Centimetres[from.Edge];
        var found = new Dictionary<int, Walk>();
        Span<WalkStart> starts = stackalloc WalkStart[2];
        var count = 0;
        // Who stands at an end stands at the junction, whichever way the street may be walked.
        if (edges.IsForward(from.Edge) || from.Centimetres == length)
            starts[count++] = door.Along(times[from.Edge], length, length - from.Centimetres).To(edges.To[from.Edge]);
        if (edges.IsBackward(from.Edge) || from.Centimetres == 0)
            starts[count++] = door.Along(times[from.Edge], length, from.Centimetres).To(edges.From[from.Edge]);
        foreach (var i in PlacesAt(edges.From[from.Edge]))
        {
            if (_places[i].Edge != from.Edge) continue;
            var ahead = _places[i].Centimetres - from.Centimetres;
            if (ahead == 0 || (ahead > 0 ? edges.IsForward(from.Edge) : edges.IsBackward(from.Edge)))
                Offer(i, door.Along(times[from.Edge], length, Math.Abs(ahead)));
        }

        var search = Network.Rent();
        search.Run(times, starts[..count], limit);
        foreach (var junction in search.Reached)
        {
            var walk = new Walk(search.MillisecondsTo(junction), search.CentimetresTo(junction));
            foreach (var i in PlacesAt(junction))
            {
                var place = _places[i];
                var whole = edges.Centimetres[place.Edge];
                if (edges.From[place.Edge] == junction && (edges.IsForward(place.Edge) || place.Centimetres == 0))
                    Offer(i, walk.Along(times[place.Edge], whole, place.Centimetres));
                if (edges.To[place.Edge] == junction && (edges.IsBackward(place.Edge) || place.Centimetres == whole))
                    Offer(i, walk.Along(times[place.Edge], whole, whole - place.Centimetres));
            }
        }
        Network.Return(search);
        return [.. found.Select(pair => new ReachedPlace(_places[pair.Key].Place, pair.Value.Milliseconds, pair.Value.Centimetres))
            .OrderBy(reached => reached.Milliseconds).ThenBy(reached => reached.Place.Id)];

        void Offer(int i, Walk onStreet)
        {
            var off = _places[i].OffStreetMetres;
            var walk = new Walk(
                onStreet.Milliseconds + (int)Math.Round(off * millisecondsAMetre), onStreet.Centimetres + (int)Math.Round(off * 100));
            if (walk.Milliseconds > limit || (found.TryGetValue(i, out var best) && best.Milliseconds <= walk.Milliseconds)) return;
            if (isWanted(_places[i].Place)) found[i] = walk;
        }
    }

    private ReadOnlySpan<int> PlacesAt(int junction) => _placeAtJunction.AsSpan(_firstAtJunction[junction].._firstAtJunction[junction + 1]);

    /// <summary>Each place stands at both ends of its edge.</summary>
    private (int[] First, int[] Places) PlacesAtJunctions()
    {
        var edges = Network.Streets.Edges;
        var first = new int[Network.Streets.JunctionCount + 1];
        foreach (var (junction, _) in Ends()) first[junction + 1]++;
        for (var j = 1; j < first.Length; j++) first[j] += first[j - 1];
        var next = first[..^1];
        var places = new int[first[^1]];
        foreach (var (junction, place) in Ends()) places[next[junction]++] = place;
        return (first, places);

        IEnumerable<(int Junction, int Place)> Ends()
        {
            for (var i = 0; i < _places.Length; i++)
            {
                var (from, to) = (edges.From[_places[i].Edge], edges.To[_places[i].Edge]);
                yield return (from, i);
                if (to != from) yield return (to, i);
            }
        }
    }

    private readonly record struct Walk(int Milliseconds, int Centimetres)
    {
        public Walk Along(int edgeMilliseconds, int edgeCentimetres, int centimetres) =>
            new(Milliseconds + (int)((long)edgeMilliseconds * centimetres / edgeCentimetres), Centimetres + centimetres);

        public WalkStart To(int junction) => new(junction, Milliseconds, Centimetres);
    }
}

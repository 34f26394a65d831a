namespace LifeCircle.Facilities.DemoDistrict;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine and runtime, which System.Random does not promise. Every part of
/// the district draws from its own stream, so a change in one part leaves the others as they were.
/// </summary>
internal sealed class DemoRandom(string stream)
{
    private ulong _state = Seed(stream);

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to <paramref name="bound"/> - 1.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>Both ends included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool Percent(int chance) => Below(100) < chance;

    /// <summary>0 up to, not including, 1.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    public T Pick<T>(IReadOnlyList<T> list) => list[Below(list.Count)];

    public T[] Shuffled<T>(IEnumerable<T> items)
    {
        var array = items.ToArray();
        for (var last = array.Length - 1; last > 0; last--)
        {
            var other = Below(last + 1);
            (array[last], array[other]) = (array[other], array[last]);
        }

        return array;
    }

    // FNV-1a over the stream's name.
    private static ulong Seed(string stream) =>
        stream.Aggregate(0xCBF29CE484222325, (hash, character) => (hash ^ character) * 0x100000001B3);
}

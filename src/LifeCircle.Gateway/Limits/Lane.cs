using System.Collections.Concurrent;
using System.Net;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Gateway.Limits;

/// <summary>The buckets of a lane.</summary>
internal sealed class Lane(string name, LaneOptions options, SharedCache cache, TimeProvider clock)
{
    public const string Default = "default";

    // What an attacker with many addresses can fill; then it begins anew, and Redis still knows.
    private const int MaximumBuckets = 100_000;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    // To look at signatures; what is beyond it is counted as having none.
    private const int IdentificationsPerSecond = 5;

    private readonly ConcurrentDictionary<string, Bucket> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(IPAddress, string), Bucket> _claims = new();
    private readonly ConcurrentDictionary<IPAddress, Bucket> _identifications = new();
    private readonly ConcurrentDictionary<IPAddress, Bucket> _addresses = new();

    public string Name { get; } = name;

    /// <summary>Whether those at one address are counted by who they say they are.</summary>
    public bool TellsApart { get; } = options.AddressPerSecond > 0;

    public Bucket Of(string client) => GetOrAdd(_clients, client, "client", options.PerSecond, options.Burst);

    /// <summary>Of all at an address.</summary>
    public Bucket Of(IPAddress address) => GetOrAdd(_addresses, address, "address", options.Address.PerSecond, options.Address.Burst);

    /// <summary>Of those at an address who say that they are a client.</summary>
    /// <param name="address">Where they are.</param>
    /// <param name="claim">A short name for the client; empty for who says nothing.</param>
    public Bucket Of(IPAddress address, string claim) =>
        GetOrAdd(_claims, (address, claim), "claim", options.AnonymousPerSecond, options.AnonymousBurst);

    /// <summary>How often an address that is refused may still have a token looked at, because not all there are alike.</summary>
    public Bucket IdentificationsOf(IPAddress address) =>
        GetOrAdd(_identifications, address, "identifications", IdentificationsPerSecond, IdentificationsPerSecond);

    /// <summary>Requests a second in the quota of who was refused, for the answer.</summary>
    public int QuotaOf(bool isClient) => isClient ? options.PerSecond : options.AnonymousPerSecond;

    public void Forget()
    {
        Forget(_clients);
        Forget(_addresses);
        Forget(_claims);
        Forget(_identifications);
    }

    private Bucket GetOrAdd<TKey>(ConcurrentDictionary<TKey, Bucket> buckets, TKey key, string kind, int perSecond, int burst)
        where TKey : notnull
    {
        if (buckets.TryGetValue(key, out var bucket)) return bucket;
        if (buckets.Count >= MaximumBuckets) buckets.Clear();
        return buckets.GetOrAdd(key, new Bucket($"gateway:{Name}:{kind}:{key}", perSecond, burst, cache, clock));
    }

    private void Forget<TKey>(ConcurrentDictionary<TKey, Bucket> buckets) where TKey : notnull
    {
        foreach (var (key, bucket) in buckets)
            if (clock.GetElapsedTime(bucket.UsedAt) > Idle) buckets.TryRemove(key, out _);
    }
}

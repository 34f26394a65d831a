namespace LifeCircle.Operators.Webhooks.Sending;

/// <summary>
/// How many posts each receiver has under way in this replica, and how many it may have: one until it has shown that it answers quickly, then one
/// more with every quick answer, and one again when it is slow or fails. So a receiver that hangs holds one place, however much waits for it.
/// </summary>
internal sealed class ReceiverLoads(int most)
{
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Load> _loads = [];

    /// <summary>Posts under way to receivers that work.</summary>
    public int Working { get; private set; }

    /// <summary>Posts under way to receivers that fail.</summary>
    public int Probes { get; private set; }

    public void Start(LeasedDelivery delivery)
    {
        lock (_gate)
        {
            var load = _loads.GetValueOrDefault(delivery.SubscriptionId, Load.None);
            _loads[delivery.SubscriptionId] = load with { UnderWay = load.UnderWay + 1 };
            if (delivery.IsProbe) Probes++;
            else Working++;
        }
    }

    public void End(AttemptOutcome outcome)
    {
        lock (_gate)
        {
            var id = outcome.Delivery.SubscriptionId;
            var load = _loads[id];
            var room = outcome.IsDelivered && outcome.Duration < Quick ? Math.Min(load.Room + 1, most) : 1;
            load = new Load(load.UnderWay - 1, room);
            _loads[id] = load;
            if (load == Load.None) _loads.Remove(id);
            if (outcome.Delivery.IsProbe) Probes--;
            else Working--;
        }
    }

    /// <summary>How many more each may have, where that is not one.</summary>
    public Dictionary<Guid, int> Free()
    {
        lock (_gate) return _loads.ToDictionary(pair => pair.Key, pair => Math.Max(pair.Value.Room - pair.Value.UnderWay, 0));
    }

    /// <summary>Forgets who was quick while nothing was under way, so that the list does not grow.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            foreach (var idle in _loads.Where(pair => pair.Value.UnderWay == 0).Select(pair => pair.Key).ToArray()) _loads.Remove(idle);
        }
    }

    private readonly record struct Load(int UnderWay, int Room)
    {
        public static readonly Load None = new(0, 1);
    }
}

namespace LifeCircle.Messaging.Inbox;

/// <summary>
/// Puts the messages of one consumer back into the order in which the broker sent them. MassTransit reads them side by side, so
/// they reach the inbox in any order; the broker's delivery tags count 1, 2, 3, ... without gaps.
/// </summary>
internal sealed class DeliveryOrder : IDisposable
{
    // A tag is missing for good only while the consumer stops: MassTransit drops what it had not begun.
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, InboxDelivery?> _early = [];
    private readonly Action<InboxDelivery> _pass;
    private readonly Timer _gap;
    private ulong _next = 1;

    public DeliveryOrder(Action<InboxDelivery> pass)
    {
        _pass = pass;
        _gap = new Timer(_ => ReturnEarly(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Arrive(ulong tag, InboxDelivery delivery) => Add(tag, delivery);

    /// <summary>The delivery is over; if it never arrived, nobody shall wait for it.</summary>
    public void Leave(ulong tag) => Add(tag, null);

    private void Add(ulong tag, InboxDelivery? delivery)
    {
        lock (_gate)
        {
            if (tag < _next || !_early.TryAdd(tag, delivery))
                return; // The usual Leave of a delivery that arrived.
            var waited = _early.Count > 1;
            while (_early.Remove(_next, out var due))
            {
                _next++;
                if (due is not null)
                    _pass(due);
            }
            if (_early.Count > 0)
                _gap.Change(LongestGap, Timeout.InfiniteTimeSpan);
            else if (waited)
                _gap.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void ReturnEarly()
    {
        lock (_gate)
        {
            foreach (var delivery in _early.Values)
                delivery?.Return();
        }
    }

    public void Dispose() => _gap.Dispose();
}

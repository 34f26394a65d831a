namespace LifeCircle.Messaging.Inbox;

/// <summary>
/// Puts the messages of one channel back into the order in which the broker sent them. MassTransit reads them side by side, so
/// they reach the inbox in any order; the broker's delivery tags count 1, 2, 3, ... without gaps.
/// </summary>
internal sealed class DeliveryOrder(Action<InboxDelivery> pass)
{
    // A tag is missing for good only while the consumer stops: MassTransit drops what it had not begun.
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, InboxDelivery?> _early = [];
    private ulong _next = 1;
    private bool _watched;

    public void Arrive(ulong tag, InboxDelivery delivery) => Add(tag, delivery);

    /// <summary>The delivery is over; if it never arrived, nobody shall wait for it.</summary>
    public void Leave(ulong tag) => Add(tag, null);

    private void Add(ulong tag, InboxDelivery? delivery)
    {
        lock (_gate)
        {
            if (tag < _next || !_early.TryAdd(tag, delivery))
            {
                delivery?.Return(); // It came after the longest gap. Otherwise this is the usual Leave of a delivery that arrived.
                return;
            }
            while (_early.Remove(_next, out var due))
            {
                _next++;
                if (due is not null)
                    pass(due);
            }
            if (_early.Count == 0 || _watched)
                return;
            _watched = true;
        }
        _ = WatchGapsAsync();
    }

    private async Task WatchGapsAsync()
    {
        while (true)
        {
            var missing = _next;
            await Task.Delay(LongestGap);
            lock (_gate)
            {
                if (_early.Count > 0 && _next == missing)
                    GiveUpWaiting();
                if (_early.Count > 0)
                    continue;
                _watched = false;
                return;
            }
        }
    }

    // What goes back comes again, with later tags.
    private void GiveUpWaiting()
    {
        foreach (var delivery in _early.Values)
            delivery?.Return();
        _next = _early.Keys.Max() + 1;
        _early.Clear();
    }
}

namespace LifeCircle.Messaging.Outbox;

/// <summary>What became of the rows of one batch. A row in none of the lists stays as it was.</summary>
internal sealed class OutboxBatchResult
{
    private readonly Lock _gate = new();

    public List<OutboxRow> Confirmed { get; } = [];

    public List<OutboxRow> Unrouted { get; } = [];

    public List<OutboxRow> Behind { get; } = [];

    public List<(OutboxRow Row, string Error)> Refused { get; } = [];

    /// <summary>Why the broker is to blame, if it is.</summary>
    public string? BrokerFailure { get; private set; }

    public bool HasProgress => Confirmed.Count + Unrouted.Count + Behind.Count + Refused.Count > 0;

    /// <summary>Called by the aggregates of a batch side by side.</summary>
    public void Add(OutboxRow row, PublishOutcome outcome, string? error)
    {
        lock (_gate)
        {
            switch (outcome)
            {
                case PublishOutcome.Confirmed: Confirmed.Add(row); break;
                case PublishOutcome.Unrouted: Unrouted.Add(row); break;
                case PublishOutcome.Refused: Refused.Add((row, error ?? "refused")); break;
                default: BrokerFailure = error ?? "unknown"; break;
            }
        }
    }
}

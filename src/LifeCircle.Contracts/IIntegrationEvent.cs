namespace LifeCircle.Contracts;

/// <summary>
/// A fact that one service tells the others. Its full type name is its name on the wire, so neither namespace nor name may
/// change; properties may be added if they are optional; anything else is a new record with V2 behind its name.
/// Events carry ids and facts only, never personal data.
/// </summary>
public interface IIntegrationEvent
{
    /// <summary>The aggregate the fact is about. Events of one aggregate arrive in the order in which they were committed.</summary>
    Guid AggregateId { get; }

    /// <summary>The aggregate's version once the fact holds; it grows by at least one with every event of the aggregate.</summary>
    long AggregateVersion { get; }
}

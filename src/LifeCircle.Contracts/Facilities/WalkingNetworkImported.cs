namespace LifeCircle.Contracts.Facilities;

/// <summary>A walking network was imported and answers from now on. Every replica loads it.</summary>
/// <param name="NetworkId">The network.</param>
/// <param name="Version">Always 1: a network never changes; the next import is another network.</param>
/// <param name="Nodes">Junctions that answers are computed on.</param>
/// <param name="Edges">Street pieces between junctions.</param>
/// <param name="At">When it took effect.</param>
public sealed record WalkingNetworkImported(
    Guid NetworkId, long Version, int Nodes, int Edges, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => NetworkId;
    long IIntegrationEvent.AggregateVersion => Version;
}

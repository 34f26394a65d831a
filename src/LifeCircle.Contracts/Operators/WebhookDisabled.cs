namespace LifeCircle.Contracts.Operators;

/// <summary>
/// A webhook subscription gets nothing any more: its receiver failed for three days, or said that it is gone (410), or its client was revoked and no
/// other client of its owner could take it over.
/// </summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="Version">The subscription's version.</param>
/// <param name="OperatorId">Whose it is; null for a client of the district itself.</param>
/// <param name="Cause"><c>failing</c>, <c>gone</c> or <c>client_revoked</c>.</param>
/// <param name="At">When it took effect.</param>
public sealed record WebhookDisabled(Guid SubscriptionId, long Version, Guid? OperatorId, string Cause, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => SubscriptionId;
    long IIntegrationEvent.AggregateVersion => Version;
}

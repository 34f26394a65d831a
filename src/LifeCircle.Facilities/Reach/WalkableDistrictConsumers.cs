using LifeCircle.Contracts;
using LifeCircle.Contracts.Facilities;
using MassTransit;

namespace LifeCircle.Facilities.Reach;

/// <summary>Tells this replica's <see cref="WalkableDistrict"/> that a facility has changed.</summary>
internal sealed class PlaceConsumer<TEvent>(WalkableDistrict district) : IConsumer<TEvent> where TEvent : class, IIntegrationEvent
{
    public Task Consume(ConsumeContext<TEvent> context)
    {
        district.HasChanged(context.Message.AggregateId);
        return Task.CompletedTask;
    }
}

/// <summary>Tells this replica's <see cref="WalkableDistrict"/> that there are other streets.</summary>
internal sealed class WalkingNetworkImportedConsumer(WalkableDistrict district) : IConsumer<WalkingNetworkImported>
{
    public Task Consume(ConsumeContext<WalkingNetworkImported> context)
    {
        district.Compare();
        return Task.CompletedTask;
    }
}

using LifeCircle.Contracts.Facilities;
using MassTransit;

namespace LifeCircle.Facilities.Figures;

/// <summary>Keeps the figures of the life circle when a facility changes its category or its circle.</summary>
internal sealed class FacilityChangedConsumer(FacilitiesDbContext db) : IConsumer<FacilityChanged>
{
    public Task Consume(ConsumeContext<FacilityChanged> context)
    {
        var fact = context.Message;
        return FacilityFigures.RecordAsync(
            db, fact.FacilityId, fact.Version, fact.Category, fact.LifeCircleId, fact.IsOpen, context.CancellationToken);
    }
}

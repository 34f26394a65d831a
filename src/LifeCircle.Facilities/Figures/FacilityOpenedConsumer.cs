using LifeCircle.Contracts.Facilities;
using MassTransit;

namespace LifeCircle.Facilities.Figures;

/// <summary>Keeps the figures of the life circle.</summary>
internal sealed class FacilityOpenedConsumer(FacilitiesDbContext db) : IConsumer<FacilityOpened>
{
    public Task Consume(ConsumeContext<FacilityOpened> context)
    {
        var fact = context.Message;
        return FacilityFigures.RecordAsync(
            db, fact.FacilityId, fact.Version, fact.Category, fact.LifeCircleId, isOpen: true, context.CancellationToken);
    }
}

using LifeCircle.Contracts.Facilities;
using MassTransit;

namespace LifeCircle.Facilities.Figures;

/// <summary>Keeps the figures of the life circle.</summary>
internal sealed class FacilityReopenedConsumer(FacilitiesDbContext db) : IConsumer<FacilityReopened>
{
    public Task Consume(ConsumeContext<FacilityReopened> context)
    {
        var fact = context.Message;
        return FacilityFigures.RecordAsync(
            db, fact.FacilityId, fact.Version, fact.Category, fact.LifeCircleId, isOpen: true, context.CancellationToken);
    }
}

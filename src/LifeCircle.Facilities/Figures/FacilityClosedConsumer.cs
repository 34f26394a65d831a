using LifeCircle.Contracts.Facilities;
using MassTransit;

namespace LifeCircle.Facilities.Figures;

/// <summary>Keeps the figures of the life circle.</summary>
internal sealed class FacilityClosedConsumer(FacilitiesDbContext db) : IConsumer<FacilityClosed>
{
    public Task Consume(ConsumeContext<FacilityClosed> context)
    {
        var fact = context.Message;
        return FacilityFigures.RecordAsync(
            db, fact.FacilityId, fact.Version, fact.Category, fact.LifeCircleId, isOpen: false, context.CancellationToken);
    }
}

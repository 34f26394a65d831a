using LifeCircle.Contracts.Facilities;
using MassTransit;

namespace LifeCircle.Facilities.Figures;

/// <summary>Keeps the figures of the life circle.</summary>
internal sealed class FacilitySuspendedConsumer(FacilitiesDbContext db, TimeProvider clock) : IConsumer<FacilitySuspended>
{
    public Task Consume(ConsumeContext<FacilitySuspended> context)
    {
        var fact = context.Message;
        // Announced ahead, it still serves; the event comes again when the suspension takes effect.
        var isOpen = fact.InEffect is { } inEffect ? !inEffect : fact.From > clock.GetUtcNow();
        return FacilityFigures.RecordAsync(
            db, fact.FacilityId, fact.Version, fact.Category, fact.LifeCircleId, isOpen, context.CancellationToken);
    }
}

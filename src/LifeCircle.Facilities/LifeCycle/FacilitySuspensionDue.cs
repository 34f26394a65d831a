using LifeCircle.Contracts;
using LifeCircle.Facilities.Facilities;
using LifeCircle.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Facilities.LifeCycle;

/// <summary>A timer of this service for itself: a suspension begins or ends. No other service listens to it.</summary>
/// <param name="FacilityId">The facility.</param>
/// <param name="Version">The facility's version when the timer was set.</param>
/// <param name="At">The moment that it was set for.</param>
public sealed record FacilitySuspensionDue(Guid FacilityId, long Version, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => FacilityId;
    long IIntegrationEvent.AggregateVersion => Version;
}

internal static class SuspensionTimers
{
    /// <summary>Sets the timers of the facility's suspension, with the next SaveChanges. Those of an earlier one find nothing to do.</summary>
    public static void ScheduleSuspension(this FacilitiesDbContext db, Facility facility, DateTimeOffset now)
    {
        if (facility.SuspendedFrom > now) Schedule(facility.SuspendedFrom.Value);
        if (facility.SuspendedUntil is { } until) Schedule(until);

        void Schedule(DateTimeOffset at) => db.Schedule(new FacilitySuspensionDue(facility.Id, facility.Version, at), at);
    }
}

/// <summary>Lets a suspension begin or end, if that is still what the facility says.</summary>
internal sealed class FacilitySuspensionDueConsumer(FacilitiesDbContext db, TimeProvider clock) : IConsumer<FacilitySuspensionDue>
{
    public async Task Consume(ConsumeContext<FacilitySuspensionDue> context)
    {
        var facility = await db.Set<Facility>().SingleOrDefaultAsync(row => row.Id == context.Message.FacilityId, context.CancellationToken);
        // The clock of the replica that sent the timer may be ahead of ours; a timer that came too early would never come again.
        var now = clock.GetUtcNow() > context.Message.At ? clock.GetUtcNow() : context.Message.At;
        if (facility?.KeepTime(now) is not { } fact) return;
        db.Tell(facility, fact);
        await db.SaveChangesAsync(context.CancellationToken);
    }
}

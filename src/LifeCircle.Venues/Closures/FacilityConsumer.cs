using LifeCircle.Contracts;
using LifeCircle.Contracts.Facilities;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Changes;
using LifeCircle.Venues.Schools;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Closures;

/// <summary>
/// A school's fields close with its facility, and open again with it; and it moves with it into another division. The consumer of each of these events.
/// </summary>
internal sealed class FacilityConsumer<TEvent>(IServiceScopeFactory scopes, TimeProvider clock) : IConsumer<TEvent> where TEvent : class, IIntegrationEvent
{
    public Task Consume(ConsumeContext<TEvent> context) =>
        scopes.InOwnTransactionAsync(db => HearAsync(db, context.Message, context.CancellationToken), context.CancellationToken);

    private async Task HearAsync(VenuesDbContext db, IIntegrationEvent fact, CancellationToken cancel)
    {
        await db.HearFacilityAsync(fact.AggregateId, cancel);
        var id = await db.Set<School>().Where(row => row.FacilityId == fact.AggregateId).Select(row => (Guid?)row.Id).SingleOrDefaultAsync(cancel);
        if (id is not { } schoolId) return; // no school of ours
        await db.ChangeSetupAsync(schoolId, cancel);
        var school = await db.Set<School>().SingleAsync(row => row.Id == schoolId, cancel);
        var now = clock.GetUtcNow();
        var (division, circle) = PlaceOf(fact);
        var version = school.Version;
        if (!school.Hear(fact.AggregateVersion, division, circle, now)) return;
        var changed = fact is FacilityChanged ? null : await db.FollowFacilityAsync(school, SuspensionIn(fact), now, cancel);
        if (school.Version > version) await db.RecordAsync(school, now, cancel);
        if (changed is not null) await db.TellClosureAsync(changed, now, cancel);
        else await db.SaveChangesAsync(cancel);
        await db.MoveBookingsAsync(school, cancel);
    }

    private static FacilitySuspension? SuspensionIn(IIntegrationEvent fact) => fact switch
    {
        FacilitySuspended suspended => new(suspended.From.ToUniversalTime(), suspended.Until?.ToUniversalTime(), suspended.Reason),
        FacilityClosed closed => new(closed.At.ToUniversalTime(), null, "设施已永久关闭"),
        _ => null,
    };

    private static (string Division, Guid? Circle) PlaceOf(IIntegrationEvent fact) => fact switch
    {
        FacilityOpened opened => (opened.DivisionCode, opened.LifeCircleId),
        FacilityChanged changed => (changed.DivisionCode, changed.LifeCircleId),
        FacilitySuspended suspended => (suspended.DivisionCode, suspended.LifeCircleId),
        FacilityReopened reopened => (reopened.DivisionCode, reopened.LifeCircleId),
        FacilityClosed closed => (closed.DivisionCode, closed.LifeCircleId),
        _ => throw new NotSupportedException($"{fact.GetType().Name} tells of no facility."),
    };
}

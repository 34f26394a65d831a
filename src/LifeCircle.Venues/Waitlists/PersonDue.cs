using LifeCircle.Contracts;
using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schedules;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Waitlists;

/// <summary>
/// Of this service for itself: somebody may have what was refused before, because a booking or a ban of the person has ended. No other service listens to it.
/// </summary>
/// <param name="PersonId">The person.</param>
/// <param name="At">The moment that it was sent for.</param>
public sealed record PersonDue(Guid PersonId, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => PersonId;
    long IIntegrationEvent.AggregateVersion => 1;
}

internal static class PersonWaits
{
    /// <summary>At that moment the person counts for less than before; with the next SaveChanges. Whether the person waits anywhere is found out afterwards.</summary>
    public static void LookAgainFor(this VenuesDbContext db, Guid personId, DateTimeOffset at) => db.Schedule(new PersonDue(personId, at), at);
}

/// <summary>
/// Moves the lines in which the person waits, as when a place there becomes free. All of them, and not only where the person was passed over: that may just be happening, by
/// what was true before.
/// </summary>
internal sealed class PersonDueConsumer(IServiceScopeFactory scopes, Setups setups, TimeProvider clock) : IConsumer<PersonDue>
{
    public async Task Consume(ConsumeContext<PersonDue> context)
    {
        var (due, cancel) = (context.Message, context.CancellationToken);
        // The clock of the replica that sent it may be ahead of ours.
        var now = clock.GetUtcNow() > due.At ? clock.GetUtcNow() : due.At;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VenuesDbContext>();
        var waits = await db.Set<WaitlistEntry>().Where(row => row.PersonId == due.PersonId && row.State == WaitlistState.Waiting && row.From > now)
            .OrderBy(row => row.From).Select(row => new { row.SchoolId, row.FieldId, row.From }).ToListAsync(cancel);
        foreach (var line in waits.Select(row => new WaitlistDue(row.SchoolId, row.FieldId, DistrictDay.Of(row.From), due.At)).Distinct())
            await OfferPlaces.MoveAsync(db, setups, line, now, cancel);
    }
}

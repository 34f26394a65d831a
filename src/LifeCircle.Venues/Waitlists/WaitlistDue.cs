using LifeCircle.Contracts;
using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Schedules;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Waitlists;

/// <summary>Of this service for itself: a place may have become free, or time has come for those in line. No other service listens to it.</summary>
/// <param name="SchoolId">The school.</param>
/// <param name="FieldId">The field; null: any of the school.</param>
/// <param name="Day">The day of the slots; null: any.</param>
/// <param name="At">The moment that it was sent for.</param>
public sealed record WaitlistDue(Guid SchoolId, Guid? FieldId, DateOnly? Day, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => FieldId ?? SchoolId;
    long IIntegrationEvent.AggregateVersion => 1;
}

/// <summary>What others tell the waitlist, with their next SaveChanges. Whether anybody waits is found out afterwards, where it holds nobody up.</summary>
internal static class WaitlistNews
{
    /// <summary>A booking gives its place back, or a part of it.</summary>
    public static void TellWaitlist(this VenuesDbContext db, Booking leaves, DateTimeOffset now)
    {
        if (leaves.Until > now) db.Tell(new(leaves.SchoolId, leaves.FieldId, DistrictDay.Of(leaves.From), now));
    }

    /// <summary>A setup has changed: of the school, or of one field.</summary>
    public static void TellWaitlist(this VenuesDbContext db, Guid schoolId, Guid? fieldId, DateTimeOffset now) => db.Tell(new(schoolId, fieldId, null, now));

    /// <summary>
    /// Somebody has joined the line: a booking that ended meanwhile may not have been seen by the one, nor the entry by the other. And when the slot begins, the entry
    /// lapses.
    /// </summary>
    public static void TellWaitlist(this VenuesDbContext db, WaitlistEntry joins, DateTimeOffset now)
    {
        var day = DistrictDay.Of(joins.From);
        db.Tell(new(joins.SchoolId, joins.FieldId, day, now));
        db.Tell(new(joins.SchoolId, joins.FieldId, day, joins.From));
    }

    /// <summary>A booking has become certain or has ended; if it was an offer of the waitlist, its entry follows.</summary>
    public static async Task FollowOfferAsync(this VenuesDbContext db, Booking booking, CancellationToken cancel)
    {
        if (booking.WaitlistEntryId is { } id) (await db.Set<WaitlistEntry>().SingleAsync(row => row.Id == id, cancel)).Follow(booking, booking.ChangedAt);
    }

    // Scheduled for now: it has no version, and no place in anybody's order.
    private static void Tell(this VenuesDbContext db, WaitlistDue due) => db.Schedule(due, due.At);
}

/// <summary>
/// Moves the lines that a message is about. Not in the transaction of the messages: each offer is a short one of its own, so that locks are taken in the house's order
/// and one offer that comes to nothing leaves nothing behind. Done again after a crash, it finds what is left to do.
/// </summary>
internal sealed class WaitlistDueConsumer(IServiceScopeFactory scopes, Setups setups, TimeProvider clock) : IConsumer<WaitlistDue>
{
    public async Task Consume(ConsumeContext<WaitlistDue> context)
    {
        var due = context.Message;
        // The clock of the replica that sent it may be ahead of ours.
        var now = clock.GetUtcNow() > due.At ? clock.GetUtcNow() : due.At;
        await using var scope = scopes.CreateAsyncScope();
        await OfferPlaces.MoveAsync(scope.ServiceProvider.GetRequiredService<VenuesDbContext>(), setups, due, now, context.CancellationToken);
    }
}

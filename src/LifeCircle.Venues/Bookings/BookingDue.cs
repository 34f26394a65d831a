using LifeCircle.Contracts;
using LifeCircle.Messaging;
using LifeCircle.Venues.Bookings.Making;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Terms;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Bookings;

/// <summary>A timer of this service for itself: a hold ends, nobody has come, or a booking is over. No other service listens to it.</summary>
/// <param name="BookingId">The booking.</param>
/// <param name="Version">The booking's version when the timer was set.</param>
/// <param name="At">The moment that it was set for.</param>
public sealed record BookingDue(Guid BookingId, long Version, DateTimeOffset At) : IIntegrationEvent
{
    Guid IIntegrationEvent.AggregateId => BookingId;
    long IIntegrationEvent.AggregateVersion => Version;
}

internal static class BookingTimers
{
    /// <summary>
    /// Sets the timer of a booking that was made, confirmed or moved, with the next SaveChanges; each timer sets the one after it. Those of an earlier time find
    /// nothing to do.
    /// </summary>
    public static void ScheduleBooking(this VenuesDbContext db, Booking booking, BookingTerms terms, DateTimeOffset now)
    {
        if (booking.NextMoment(terms, now) is { } at) db.Schedule(new BookingDue(booking.Id, booking.Version, at), at);
    }
}

/// <summary>Lets time do to a booking what is due.</summary>
internal sealed class BookingDueConsumer(IServiceScopeFactory scopes, Setups setups, TimeProvider clock) : IConsumer<BookingDue>
{
    public Task Consume(ConsumeContext<BookingDue> context) =>
        scopes.InOwnTransactionAsync(db => KeepTimeAsync(db, context.Message, context.CancellationToken), context.CancellationToken);

    private async Task KeepTimeAsync(VenuesDbContext db, BookingDue due, CancellationToken cancel)
    {
        if (await db.Set<Booking>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == due.BookingId, cancel) is not { } found) return;
        // The clock of the replica that sent the timer may be ahead of ours; a timer that came too early would never come again.
        var now = clock.GetUtcNow() > due.At ? clock.GetUtcNow() : due.At;
        if (!found.HoldsPlace || found.From > now && !(found.HeldUntil <= now)) return; // it was moved, or confirmed in time
        var person = await db.HoldPersonAsync(found.PersonId, cancel);
        var booking = await db.Held(due.BookingId).SingleAsync(cancel);
        var terms = booking.TermsIn(await setups.OfAsync(db, booking.SchoolId, cancel));
        if (booking.KeepTime(terms, now) is { } fact) await db.EndAsync(booking, fact, cancel);
        else if (booking.From <= now) db.ScheduleBooking(booking, terms, now);
        await db.SaveChangesAsync(cancel);
        if (!booking.Unused) return;
        await db.BanIfUnusedAsync(person, terms, now, cancel);
        await db.SaveChangesAsync(cancel);
    }
}

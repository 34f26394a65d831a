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

    /// <summary>Lets time do to a booking what is due. True: something was, and is done when the transaction commits.</summary>
    /// <param name="db">The service's database, in a transaction.</param>
    /// <param name="setups">The terms.</param>
    /// <param name="id">The booking.</param>
    /// <param name="now">When.</param>
    /// <param name="setsNext">Sets the next timer, if it was too early and the booking has begun.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<bool> KeepTimeAsync(this VenuesDbContext db, Setups setups, Guid id, DateTimeOffset now, bool setsNext, CancellationToken cancel)
    {
        if (await db.Set<Booking>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) is not { } found) return false;
        if (!found.HoldsPlace || found.From > now && !(found.HeldUntil <= now)) return false; // it was moved, or confirmed in time
        var person = await db.HoldPersonAsync(found.PersonId, cancel);
        var booking = await db.Held(id).SingleAsync(cancel);
        var terms = booking.TermsIn(await setups.OfAsync(db, booking.SchoolId, cancel));
        if (booking.KeepTime(terms, now) is not { } fact)
        {
            if (setsNext && booking.From <= now) db.ScheduleBooking(booking, terms, now);
            await db.SaveChangesAsync(cancel);
            return false;
        }
        await db.EndAsync(booking, fact, cancel);
        await db.SaveChangesAsync(cancel);
        if (!booking.Unused) return true;
        await db.BanIfUnusedAsync(person, terms, now, cancel);
        await db.SaveChangesAsync(cancel);
        return true;
    }
}

/// <summary>The timer goes off.</summary>
internal sealed class BookingDueConsumer(IServiceScopeFactory scopes, Setups setups, TimeProvider clock) : IConsumer<BookingDue>
{
    public Task Consume(ConsumeContext<BookingDue> context)
    {
        // The clock of the replica that sent the timer may be ahead of ours; a timer that came too early would never come again.
        var now = clock.GetUtcNow() > context.Message.At ? clock.GetUtcNow() : context.Message.At;
        return scopes.InOwnTransactionAsync(db => db.KeepTimeAsync(setups, context.Message.BookingId, now, setsNext: true, context.CancellationToken), context.CancellationToken);
    }
}

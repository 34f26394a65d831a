using System.Linq.Expressions;
using LifeCircle.Contracts;
using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Waitlists;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Bookings;

/// <summary>Who sees which bookings, and how one ends.</summary>
internal static class BookingQueries
{
    /// <summary>Those that take a place of their field.</summary>
    public static readonly Expression<Func<Booking, bool>> HoldsPlace = row =>
        row.State == BookingState.Held || row.State == BookingState.PendingApproval || row.State == BookingState.Confirmed || row.State == BookingState.CheckedIn;

    /// <summary>An operator's client sees what its operator has booked, a system of the district all in its division.</summary>
    public static IQueryable<Booking> VisibleTo(this IQueryable<Booking> bookings, Caller caller)
    {
        if (caller.OperatorId is { } self) bookings = bookings.Where(row => row.OperatorId == self);
        return caller.DivisionCode is { } own ? bookings.Where(row => row.DivisionCode.StartsWith(own)) : bookings;
    }

    /// <exception cref="RuleBroken">There is none that the caller may see.</exception>
    public static async Task<Booking> BookingAsync(this VenuesDbContext db, Guid id, Caller caller, CancellationToken cancel) =>
        await db.Set<Booking>().AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw new RuleBroken(BookingRules.NotFound);

    /// <summary>
    /// The same for a change. Its row is held until the transaction ends, before its claim and after the person: what one does to a booking is seen by the next.
    /// </summary>
    /// <exception cref="RuleBroken">It is not the version that the change is based on.</exception>
    public static async Task<Booking> TakeBookingAsync(this VenuesDbContext db, Guid id, Caller caller, IfMatch ifMatch, CancellationToken cancel)
    {
        var booking = await db.Held(id).VisibleTo(caller).SingleOrDefaultAsync(cancel) ?? throw new RuleBroken(BookingRules.NotFound);
        ifMatch.Require(booking.Version);
        return booking;
    }

    /// <summary>The row of a booking, held until the transaction ends.</summary>
    public static IQueryable<Booking> Held(this VenuesDbContext db, Guid id) => db.Set<Booking>().FromSql($"SELECT * FROM booking WHERE id = {id} FOR NO KEY UPDATE");

    /// <summary>
    /// A booking has ended, or is not used any more: its place is free again, and others are told, who wait for it, too, with the next SaveChanges.
    /// </summary>
    public static async Task EndAsync(this VenuesDbContext db, Booking ended, IIntegrationEvent fact, CancellationToken cancel)
    {
        await db.EndClosedAsync(ended, fact, cancel);
        db.TellWaitlist(ended, ended.ChangedAt);
    }

    /// <summary>The same where the place is closed, so that there is nothing to wait for.</summary>
    public static async Task EndClosedAsync(this VenuesDbContext db, Booking ended, IIntegrationEvent fact, CancellationToken cancel)
    {
        db.Publish(fact);
        await Claims.GiveBackAsync(db, ended, cancel);
        await db.FollowOfferAsync(ended, cancel);
        if (ended.State is not BookingState.Completed) db.LookAgainFor(ended.PersonId, ended.ChangedAt); // who has another in its place
    }
}

using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Bookings.Making;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Waitlists;

/// <summary>
/// Offers places that have become free to those in line: to the first whose wish fits into what is free, so that who wants the whole does not keep others from a half.
/// Nothing here relies on being alone: the entry's row and the claims decide.
/// </summary>
internal static class OfferPlaces
{
    /// <summary>An offer ends at least so many minutes before the slot begins: whoever is next, or stands at the gate, can still come.</summary>
    private const int EndsBefore = 10;

    /// <summary>Nobody is offered what must be answered sooner.</summary>
    private const int ShortestOffer = 5;

    public static async Task MoveAsync(VenuesDbContext db, Setups setups, WaitlistDue due, DateTimeOffset now, CancellationToken cancel)
    {
        await Concerned(db, due).Where(row => row.From <= now).ExecuteUpdateAsync(row => row
            .SetProperty(entry => entry.State, WaitlistState.Lapsed).SetProperty(entry => entry.Version, entry => entry.Version + 1)
            .SetProperty(entry => entry.ChangedAt, now), cancel);
        var soonest = now.AddMinutes(EndsBefore + ShortestOffer);
        var lines = await Concerned(db, due).Where(row => row.From >= soonest).Select(row => new { row.FieldId, row.From }).Distinct().ToListAsync(cancel);
        foreach (var (field, day) in lines.Select(line => (line.FieldId, DistrictDay.Of(line.From))).Distinct().Order())
        {
            HashSet<Guid> tried = [];
            while (await NextAsync(db, setups, due.SchoolId, field, day, now, tried, cancel) is { } next)
            {
                tried.Add(next);
                await OfferAsync(db, setups, next, now, cancel);
                db.ChangeTracker.Clear();
            }
        }
    }

    private static IQueryable<WaitlistEntry> Concerned(VenuesDbContext db, WaitlistDue due)
    {
        var rows = db.Set<WaitlistEntry>().Where(row => row.SchoolId == due.SchoolId && row.State == WaitlistState.Waiting);
        if (due.FieldId is { } field) rows = rows.Where(row => row.FieldId == field);
        return due.Day is { } day ? On(rows, day) : rows;
    }

    private static IQueryable<WaitlistEntry> On(IQueryable<WaitlistEntry> rows, DateOnly day)
    {
        var (begins, ends) = (DistrictDay.Begins(day), DistrictDay.Begins(day.AddDays(1)));
        return rows.Where(row => row.From >= begins && row.From < ends);
    }

    // Looks anew each time: another replica, or anybody's booking, may have changed what is free.
    private static async Task<Guid?> NextAsync(
        VenuesDbContext db, Setups setups, Guid schoolId, Guid fieldId, DateOnly day, DateTimeOffset now, HashSet<Guid> tried, CancellationToken cancel)
    {
        var soonest = now.AddMinutes(EndsBefore + ShortestOffer);
        var line = await On(db.Set<WaitlistEntry>().AsNoTracking(), day).Where(row => row.FieldId == fieldId && row.State == WaitlistState.Waiting && row.From >= soonest)
            .OrderBy(row => row.Number).ToListAsync(cancel);
        var setup = await setups.OfAsync(db, schoolId, cancel);
        var free = await FreePlaces.ReadAsync(db, setup, setup.Fields[fieldId], day, cancel);
        return line.Find(row => !tried.Contains(row.Id) && Read(row, setup, now) is { } wanted && free.Fit(wanted))?.Id;
    }

    private static async Task OfferAsync(VenuesDbContext db, Setups setups, Guid id, DateTimeOffset now, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel); // rolled back unless it is committed
        var found = await db.Set<WaitlistEntry>().AsNoTracking().SingleAsync(row => row.Id == id, cancel);
        await db.KeepSetupAsync(found.SchoolId, cancel);
        var person = await db.HoldPersonAsync(found.PersonId, cancel);
        var entry = await db.Set<WaitlistEntry>().FromSql($"SELECT * FROM waitlist_entry WHERE id = {id} FOR NO KEY UPDATE").SingleAsync(cancel);
        var setup = await setups.OfAsync(db, found.SchoolId, cancel);
        if (entry.State is not WaitlistState.Waiting || Read(entry, setup, now) is not { } wanted) return;
        var terms = setup.TermsOn(DistrictDay.Of(entry.From));
        try
        {
            await db.RequireFreeAsync(person, wanted.Span, terms, null, now, cancel);
        }
        catch (RuleBroken because)
        {
            entry.PassOver(because.Rule, now);
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            return;
        }
        var (offered, ends) = (now.AddMinutes(terms.OfferMinutes), entry.From.AddMinutes(-EndsBefore));
        var booking = Booking.Make(setup.School, setup.Fields[entry.FieldId], wanted, person.Id, entry.OperatorId, BookingState.Held, offered < ends ? offered : ends,
            BookSlot.NewCode(), now, waitlistEntryId: entry.Id);
        try
        {
            await Claims.TakeAsync(db, booking, setup, cancel);
        }
        catch (RuleBroken)
        {
            return; // somebody was faster
        }
        db.Add(booking);
        db.Publish(booking.Booked());
        db.Publish(entry.Offer(booking, now));
        db.ScheduleBooking(booking, terms, now);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    // Null: it could not be booked now, for example because the school is closed. It may be open again later.
    private static BookingDetails? Read(WaitlistEntry entry, Setup setup, DateTimeOffset now)
    {
        try
        {
            return entry.Wanted().Read(setup, person: null, now);
        }
        catch (RuleBroken)
        {
            return null;
        }
    }
}

using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using LifeCircle.Venues.Series;
using LifeCircle.Venues.Waitlists;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Bookings;

/// <summary>
/// After a change of a school's setup: bookings whose time is not open any more are cancelled by the school, without penalty. Under the lock of the setup, so that
/// nobody books meanwhile, and in the transaction of the change.
/// </summary>
internal static class FollowSetup
{
    /// <summary>Returns those that were cancelled. Their events are saved.</summary>
    public static async Task<IReadOnlyList<Booking>> FollowAsync(this VenuesDbContext db, Guid schoolId, DateTimeOffset now, CancellationToken cancel)
    {
        await db.SaveChangesAsync(cancel);
        var setup = await Setup.ReadAsync(db, schoolId, cancel);
        // Held, because bookings end without the lock of the setup: a place that one gives back just now must not be counted below as taken.
        var bookings = await db.Set<Booking>().FromSql($"SELECT * FROM booking WHERE school_id = {schoolId} AND ends_at > {now} AND ended_at IS NULL ORDER BY starts_at, id FOR NO KEY UPDATE")
            .ToListAsync(cancel);
        var closed = bookings.FindAll(row => !setup.Times.IsOpen(setup.Fields[row.FieldId], new(row.From > now ? row.From : now, row.Until)));
        foreach (var booking in closed)
        {
            var why = Reason(setup, booking, now);
            await db.EndClosedAsync(booking, booking.CancelBySchool(why.Zh, why.En, now), cancel);
        }
        db.TellWaitlist(schoolId, fieldId: null, now); // what was closed may be open
        await db.SaveChangesAsync(cancel);
        await Claims.CountAnewAsync(db, setup, now, cancel);
        return closed;
    }

    /// <summary>Bookings to come, series and who waits go with their school into another division, so that the clerk there sees them. Under the lock of the setup.</summary>
    public static async Task MoveBookingsAsync(this VenuesDbContext db, School school, CancellationToken cancel)
    {
        var (id, division) = (school.Id, school.DivisionCode);
        await db.Database.ExecuteSqlAsync($"""
            WITH held AS MATERIALIZED (
              SELECT id FROM booking WHERE school_id = {id} AND ended_at IS NULL AND division_code <> {division} ORDER BY starts_at, id FOR NO KEY UPDATE)
            UPDATE booking SET division_code = {division} FROM held WHERE booking.id = held.id
            """, cancel);
        await db.Set<BookingSeries>().Where(row => row.SchoolId == id && row.DivisionCode != division)
            .ExecuteUpdateAsync(row => row.SetProperty(series => series.DivisionCode, division), cancel);
        await db.Set<WaitlistEntry>().Where(row => row.SchoolId == id && row.DivisionCode != division)
            .ExecuteUpdateAsync(row => row.SetProperty(entry => entry.DivisionCode, division), cancel);
    }

    // What is said at the first moment that is not open.
    private static (string Zh, string En) Reason(Setup setup, Booking booking, DateTimeOffset now)
    {
        var field = setup.Fields[booking.FieldId];
        var moment = booking.From > now ? booking.From : now;
        for (; moment < booking.Until; moment = moment.AddMinutes(1))
        {
            var why = setup.Times.Explain(field, moment);
            if (why.Because is { } because) return ClosedTexts.Of(because, why.TitleZh, why.TitleEn);
        }
        return ClosedTexts.Of(ClosedBecause.OutsideHours, null, null);
    }
}

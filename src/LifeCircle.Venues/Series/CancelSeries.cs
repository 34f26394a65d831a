using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Bookings.Making;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;

namespace LifeCircle.Venues.Series;

/// <summary>Gives back all occurrences that are to come; each later than the school allows counts as unused, as it would alone.</summary>
public static class CancelSeries
{
    internal static async Task<OkVersioned<SeriesAnswer>> Handle(
        Guid id, IfMatch ifMatch, Caller caller, VenuesDbContext db, Setups setups, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var found = await db.SeriesAsync(id, caller, cancel);
        db.ChangeTracker.Clear();
        var person = await db.HoldPersonAsync(found.PersonId, cancel); // before the claims, as everybody does
        var series = await db.SeriesAsync(id, caller, cancel);
        ifMatch.Require(series.Version);
        var setup = await setups.OfAsync(db, series.SchoolId, cancel);
        var bookings = await db.HeldOccurrencesAsync(id, cancel);
        var toCome = bookings.FindAll(row => row.From > now && row.State is (BookingState.PendingApproval or BookingState.Confirmed));
        if (toCome.Count == 0) throw new RuleBroken(SeriesRules.NothingToCome);
        foreach (var booking in toCome)
        {
            await db.EndAsync(booking, booking.Cancel(isLate: booking.From.AddMinutes(-booking.TermsIn(setup).CancelBeforeMinutes) < now, now), cancel);
        }
        series.Cancel(now);
        await db.SaveChangesAsync(cancel);
        if (toCome.Find(row => row.Unused) is { } unused)
        {
            await db.BanIfUnusedAsync(person, unused.TermsIn(setup), now, cancel);
            await db.SaveChangesAsync(cancel);
        }
        return ETags.Ok(SeriesAnswer.Of(series, bookings), series.Version);
    }
}

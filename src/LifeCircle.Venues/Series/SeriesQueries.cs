using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Series;

/// <summary>Who sees which recurring bookings.</summary>
internal static class SeriesQueries
{
    public static IQueryable<BookingSeries> VisibleTo(this IQueryable<BookingSeries> series, Caller caller)
    {
        if (caller.OperatorId is { } self) series = series.Where(row => row.OperatorId == self);
        return caller.DivisionCode is { } own ? series.Where(row => row.DivisionCode.StartsWith(own)) : series;
    }

    /// <exception cref="RuleBroken">There is none that the caller may see.</exception>
    public static async Task<BookingSeries> SeriesAsync(this VenuesDbContext db, Guid id, Caller caller, CancellationToken cancel) =>
        await db.Set<BookingSeries>().VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw new RuleBroken(SeriesRules.NotFound);

    /// <summary>Its bookings, in the order of time.</summary>
    public static Task<List<Booking>> OccurrencesAsync(this VenuesDbContext db, Guid seriesId, CancellationToken cancel) =>
        db.Set<Booking>().Where(row => row.SeriesId == seriesId).OrderBy(row => row.From).ThenBy(row => row.Id).ToListAsync(cancel);

    /// <summary>The same, held until the transaction ends.</summary>
    public static Task<List<Booking>> HeldOccurrencesAsync(this VenuesDbContext db, Guid seriesId, CancellationToken cancel) =>
        db.Set<Booking>().FromSql($"SELECT * FROM booking WHERE series_id = {seriesId} ORDER BY starts_at, id FOR NO KEY UPDATE").ToListAsync(cancel);
}

using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Series;

/// <summary>One recurring booking with its occurrences.</summary>
public static class GetSeries
{
    public static async Task<OkVersioned<SeriesAnswer>> Handle(Guid id, Caller caller, VenuesDbContext db, CancellationToken cancel)
    {
        var series = await db.SeriesAsync(id, caller, cancel);
        var bookings = await db.OccurrencesAsync(id, cancel);
        // An occurrence changes without the series.
        return ETags.Ok(SeriesAnswer.Of(series, bookings), series.Version, string.Join(' ', bookings.Select(row => row.Version)));
    }
}

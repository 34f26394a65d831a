using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Calendars;

/// <summary>The public days of a year.</summary>
public static class ListPublicDays
{
    /// <summary>Lists them in order.</summary>
    /// <param name="year">The year.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Ok<PublicDays>> Handle([Between(2020, 2100)] int year, VenuesDbContext db, CancellationToken cancel) =>
        TypedResults.Ok(new PublicDays { Items = await OfAsync(db, year, cancel) });

    internal static async Task<IReadOnlyList<PublicDayRow>> OfAsync(VenuesDbContext db, int year, CancellationToken cancel) =>
        await db.Set<PublicDay>().AsNoTracking().Where(row => row.Date.Year == year).OrderBy(row => row.Date)
            .Select(row => new PublicDayRow { Date = row.Date, Kind = row.Kind, NameZh = row.NameZh, NameEn = row.NameEn }).ToListAsync(cancel);
}

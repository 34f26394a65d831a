using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Use;

/// <summary>
/// Measures, school by school and hour by hour, how fields were used, and tells the Facilities service: use is measured, not estimated. Every replica tries; a
/// mark a school says what is done. An hour is measured two hours after its end, when who came and who did not is settled whatever the terms.
/// </summary>
internal sealed class MeasureUse(IServiceScopeFactory scopes, Setups setups, IConfiguration settings, TimeProvider clock, ILogger<MeasureUse> logger) : BackgroundService
{
    /// <summary>How often it looks; 0 turns it off.</summary>
    public const string Setting = "Venues:MeasureUseMinutes";

    // A transaction each; after a long pause there are more of them.
    private const int HoursAtOnce = 24;

    private readonly TimeSpan _interval = TimeSpan.FromMinutes(settings.GetValue(Setting, 10));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_interval == TimeSpan.Zero) return;
        using var timer = new PeriodicTimer(_interval, clock);
        do
        {
            try
            {
                await MeasureAsync(stoppingToken);
            }
            catch (Exception fault) when (DatabaseFault.IsTransient(fault))
            {
                logger.LogWarning(fault, "The use of fields was not measured; next try in {Interval}", _interval);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task MeasureAsync(CancellationToken cancel)
    {
        List<Guid> schools;
        await using (var scope = scopes.CreateAsyncScope())
            schools = await scope.ServiceProvider.GetRequiredService<VenuesDbContext>().Set<School>().OrderBy(row => row.Id).Select(row => row.Id).ToListAsync(cancel);
        foreach (var school in schools)
            try
            {
                while (await MeasureAsync(school, cancel)) { }
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested && !DatabaseFault.IsTransient(fault))
            {
                logger.LogError(fault, "The use of school {School} was not measured; others go on, and it is tried again in {Interval}", school, _interval);
            }
    }

    /// <summary>Measures the next hours of a school. False: all is done, or another replica is at it.</summary>
    private async Task<bool> MeasureAsync(Guid schoolId, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VenuesDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock(hashtextextended({$"venues use {schoolId}"}, 0)) AS \"Value\"").SingleAsync(cancel)) return false;
        var setup = await setups.OfAsync(db, schoolId, cancel);
        var now = clock.GetUtcNow();
        var mark = await db.Set<UseMark>().SingleOrDefaultAsync(row => row.SchoolId == schoolId, cancel);
        var from = mark?.Until ?? HourOf(setup.School.CreatedAt);
        var settled = HourOf(now.AddHours(-2));
        var until = from.AddHours(HoursAtOnce) < settled ? from.AddHours(HoursAtOnce) : settled;
        if (from >= until) return false;

        var bookings = (await db.Set<Booking>().AsNoTracking().Where(row => row.SchoolId == schoolId && row.From < until && row.Until > from).ToListAsync(cancel))
            .ToLookup(row => row.FieldId);
        foreach (var field in setup.Fields.Values)
            for (var hour = from; hour < until; hour = hour.AddHours(1))
                if (HourOfUse.Of(setup, field, hour, bookings[field.Id], now) is { } measured) db.Publish(measured);
        if (mark is null) db.Add(new UseMark { SchoolId = schoolId, Until = until });
        else mark.Until = until;
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return until < settled;
    }

    private static DateTimeOffset HourOf(DateTimeOffset moment) => DateTimeOffset.FromUnixTimeSeconds(moment.ToUnixTimeSeconds() / 3600 * 3600);
}

internal static class UseRegistration
{
    public static void AddUse(this WebApplicationBuilder builder) => builder.Services.AddHostedService<MeasureUse>();
}

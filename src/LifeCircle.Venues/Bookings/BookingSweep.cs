using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schedules;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Bookings;

/// <summary>
/// A net below the timers, in every replica: time does to a booking what is due also when its timer was lost. A hold that never ends keeps others from the slot, and one that nobody
/// has used would count for its person as one to come.
/// </summary>
internal sealed class BookingSweep(IServiceScopeFactory scopes, Setups setups, IConfiguration settings, TimeProvider clock, ILogger<BookingSweep> logger) : BackgroundService
{
    public const string Setting = "Venues:BookingSweepMinutes";

    private const int DefaultMinutes = 15;
    private const int MostAtOnce = 200;

    // A timer that is on its way is not lost.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TimeSpan _interval = TimeSpan.FromMinutes(settings.GetValue(Setting, DefaultMinutes));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_interval == TimeSpan.Zero) return; // turned off
        using var timer = new PeriodicTimer(_interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception fault) when (DatabaseFault.IsTransient(fault) || DatabaseFault.IsCollision(fault))
            {
                logger.LogWarning(fault, "Bookings were not looked through; next try in {Interval}", _interval);
            }
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var last = new Begun(DateTimeOffset.MinValue, Guid.Empty);
        while (true)
        {
            var (batch, due) = await FindAsync(last, now, cancel);
            foreach (var id in due) await KeepTimeAsync(id, now, cancel);
            if (batch.Count < MostAtOnce) return;
            last = batch[^1];
        }
    }

    // Those whose hold has ended or whose slot has begun, by the index made for it; whether more is due follows from their terms, and nobody is held up to find out.
    private async Task<(List<Begun> Batch, List<Guid> Due)> FindAsync(Begun last, DateTimeOffset now, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VenuesDbContext>();
        var late = now - Patience;
        var rows = await db.Set<Booking>().AsNoTracking().Where(row => row.EndedAt == null && (row.HeldUntil ?? row.From) <= late && (row.HeldUntil ?? row.From) >= last.At)
            .Where(row => (row.HeldUntil ?? row.From) > last.At || row.Id > last.Id)
            .OrderBy(row => row.HeldUntil ?? row.From).ThenBy(row => row.Id).Take(MostAtOnce).ToListAsync(cancel);
        List<Guid> due = [];
        foreach (var school in rows.GroupBy(row => row.SchoolId))
        {
            try
            {
                var setup = await setups.OfAsync(db, school.Key, cancel);
                due.AddRange(school.Where(row => row.NextMoment(row.TermsIn(setup), now) <= late).Select(row => row.Id));
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested && !DatabaseFault.IsTransient(fault))
            {
                logger.LogError(fault, "The terms of school {School} cannot be read; its bookings wait, others go on", school.Key);
            }
        }
        return (rows.ConvertAll(row => new Begun(row.HeldUntil ?? row.From, row.Id)), due);
    }

    private async Task KeepTimeAsync(Guid id, DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            var isDone = false;
            await scopes.InOwnTransactionAsync(async db => isDone = await db.KeepTimeAsync(setups, id, now, setsNext: false, cancel), cancel);
            if (isDone) logger.LogWarning("Booking {Booking} was ended by the sweep: its timer had not done it", id);
        }
        catch (Exception fault) when (DatabaseFault.IsCollision(fault))
        {
            logger.LogInformation("Booking {Booking} is being changed by somebody else; the next sweep looks again", id);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested && !DatabaseFault.IsTransient(fault))
        {
            logger.LogError(fault, "Booking {Booking} cannot be ended; others go on", id);
        }
    }

    // As the index has them.
    private sealed record Begun(DateTimeOffset At, Guid Id);
}

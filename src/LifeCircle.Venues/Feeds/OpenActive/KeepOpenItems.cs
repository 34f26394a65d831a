using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Feeds.OpenActive;

/// <summary>
/// Keeps the open data in step, one replica at a time: what was noted, what has begun, and once a day everything, with the day that comes into sight. That
/// also mends whatever was missed. Nobody waits for it.
/// </summary>
internal sealed class KeepOpenItems(IServiceScopeFactory scopes, IConfiguration settings, TimeProvider clock, ILogger<KeepOpenItems> logger) : BackgroundService
{
    public const string Setting = "Feeds:Keep";

    private const int MostNotes = 2_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    // Schools that could not be compared, and until when they are left alone: one must not stop the others.
    private readonly Dictionary<Guid, DateTimeOffset> _failed = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.GetValue(Setting, true)) return;
        // Not by the service's clock, which a test may have stopped.
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                while (await StepAsync(stoppingToken)) { }
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(fault, "The open data was not brought up to date; trying again in {Pause}", Pause);
                await Task.Delay(Pause, stoppingToken);
            }
    }

    /// <summary>One transaction. True: there may be more to do.</summary>
    private async Task<bool> StepAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VenuesDbContext>();
        var now = clock.GetUtcNow();
        foreach (var id in _failed.Where(failed => failed.Value <= now).Select(failed => failed.Key).ToList()) _failed.Remove(id);
        var (hasBegun, school, uncovered) = await NextAsync(db, now, cancel);
        if (!hasBegun && school is null && uncovered is null) return false;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await OpenItems.TakeLockAsync(db, cancel)) return false;
        // Under the lock again: another replica may have done it meanwhile.
        (hasBegun, school, uncovered) = await NextAsync(db, now, cancel);
        var items = new OpenItems(db, scope.ServiceProvider.GetRequiredService<Setups>(), now);
        if (hasBegun) await items.DeleteBegunAsync(cancel);
        else if ((school ?? uncovered) is { } id)
            try
            {
                await CompareAsync(db, items, id, all: school is null, cancel);
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested && !DatabaseFault.IsTransient(fault) && !DatabaseFault.IsCollision(fault))
            {
                _failed[id] = now + Pause;
                logger.LogError(fault, "The open data of school {School} was not brought up to date", id);
                return true; // without the commit: its notes stay
            }
        await transaction.CommitAsync(cancel);
        return true;
    }

    private static async Task CompareAsync(VenuesDbContext db, OpenItems items, Guid school, bool all, CancellationToken cancel)
    {
        // Before what they tell of is read: whatever is noted later is looked at later.
        var notes = await db.Set<OpenSlotsDue>().AsNoTracking().Where(row => row.SchoolId == school).OrderBy(row => row.Id).Take(MostNotes).ToListAsync(cancel);
        var ids = notes.ConvertAll(row => row.Id);
        await db.Set<OpenSlotsDue>().Where(row => ids.Contains(row.Id)).ExecuteDeleteAsync(cancel);
        var days = notes.Where(row => row.FieldId is not null).Select(row => (row.FieldId!.Value, row.Day!.Value)).ToHashSet();
        await items.CompareAsync(school, all || notes.Exists(row => row.FieldId is null) ? null : days, cancel);
    }

    private async Task<(bool HasBegun, Guid? School, Guid? Uncovered)> NextAsync(VenuesDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        var left = _failed.Keys.ToArray();
        var last = OpenItems.Days(now).Last;
        if (await db.Set<OpenItem>().AnyAsync(row => row.Data != null && row.StartsAt <= now, cancel)) return (true, null, null);
        var noted = await db.Set<OpenSlotsDue>().Where(row => !left.Contains(row.SchoolId) && db.Set<School>().Any(school => school.Id == row.SchoolId))
            .OrderBy(row => row.Id).Select(row => (Guid?)row.SchoolId).FirstOrDefaultAsync(cancel);
        if (noted is not null) return (false, noted, null);
        var uncovered = await db.Set<Field>().Where(row => row.RetiredAt == null && !left.Contains(row.SchoolId))
            .Where(row => !db.Set<OpenItem>().Any(item => item.Feed == OpenFeed.FacilityUses && item.FieldId == row.Id && item.CoveredUntil >= last))
            .OrderBy(row => row.Id).Select(row => (Guid?)row.SchoolId).FirstOrDefaultAsync(cancel);
        return (false, null, uncovered);
    }
}

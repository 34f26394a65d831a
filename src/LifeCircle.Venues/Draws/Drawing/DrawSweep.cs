using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Draws.Drawing;

/// <summary>
/// Looks twice, in every replica: a draw is closed and its lots are drawn also when its timer was lost. Its slots are for nobody meanwhile, so nobody should have to notice it first.
/// </summary>
internal sealed class DrawSweep(IServiceScopeFactory scopes, IConfiguration settings, TimeProvider clock, ILogger<DrawSweep> logger) : BackgroundService
{
    public const string Setting = "Venues:DrawSweepMinutes";

    private const int DefaultMinutes = 15;

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
                logger.LogWarning(fault, "Draws were not looked through; next try in {Interval}", _interval);
            }
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var late = clock.GetUtcNow() - Patience;
        var due = await scope.ServiceProvider.GetRequiredService<VenuesDbContext>().Set<Draw>()
            .Where(row => (row.State == DrawState.Announced && row.ClosesAt <= late) || (row.State == DrawState.Closed && row.DrawsAt <= late))
            .OrderBy(row => row.ClosesAt).Select(row => row.Id).ToListAsync(cancel);
        foreach (var id in due) await KeepTimeAsync(id, cancel);
    }

    private async Task KeepTimeAsync(Guid id, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VenuesDbContext>();
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            if (!await HoldDraw.KeepTimeAsync(db, scope.ServiceProvider.GetRequiredService<SealedSecrets>(), id, clock.GetUtcNow(), cancel)) return;
            await transaction.CommitAsync(cancel);
            logger.LogWarning("Draw {Draw} was held by the sweep: its timer had not done it", id);
        }
        catch (Exception fault) when (DatabaseFault.IsCollision(fault))
        {
            logger.LogInformation("Draw {Draw} is being changed by somebody else; the next sweep looks again", id);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested && !DatabaseFault.IsTransient(fault))
        {
            logger.LogError(fault, "Draw {Draw} cannot be held; others go on", id);
        }
    }
}

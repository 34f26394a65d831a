using LifeCircle.Messaging;
using LifeCircle.Operators.Changes;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tokens.Withdrawals;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Papers;

/// <summary>
/// Looks twice, every hour and in every replica: an operator whose papers have ended is suspended also when its timer was lost, which can wait
/// years and go through an operator's mistakes with the broker meanwhile.
/// </summary>
internal sealed class PaperSweep(IServiceScopeFactory scopes, IConfiguration settings, TimeProvider clock, ILogger<PaperSweep> logger) : BackgroundService
{
    private readonly TimeSpan _interval = TimeSpan.FromMinutes(settings.GetValue("Operators:PaperSweepMinutes", 60));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_interval == TimeSpan.Zero) return; // turned off
        using var timer = new PeriodicTimer(_interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception fault) when (DatabaseFault.IsTransient(fault))
            {
                logger.LogWarning(fault, "Papers were not looked through; next try in {Interval}", _interval);
            }
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OperatorsDbContext>();
        var today = DistrictDay.Of(clock.GetUtcNow());
        var suspects = await db.Set<Operator>()
            .Where(row => (row.State == OperatorState.Probation || row.State == OperatorState.Active) && row.Papers.Any(paper => paper.ValidUntil < today))
            .Select(row => row.Id).ToListAsync(cancel);
        foreach (var id in suspects) await KeepTimeAsync(id, cancel);
    }

    private async Task KeepTimeAsync(Guid id, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OperatorsDbContext>();
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            var holder = await db.Set<Operator>().Include(row => row.Papers).SingleAsync(row => row.Id == id, cancel);
            var now = clock.GetUtcNow();
            if (holder.KeepTime(now) is not { } suspended) return;
            db.Publish(suspended);
            db.Record(holder);
            await db.SaveChangesAsync(cancel);
            await WithdrawnClient.WithdrawTokensAsync(db, id, now, cancel);
            await transaction.CommitAsync(cancel);
            logger.LogWarning("Operator {Operator} was suspended by the sweep: the timer of its paper had not done it", id);
        }
        catch (Exception fault) when (DatabaseFault.IsCollision(fault))
        {
            logger.LogInformation("Operator {Operator} is being changed by somebody else; the next sweep looks again", id);
        }
    }
}

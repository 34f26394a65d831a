using LifeCircle.Operators.Clients;
using LifeCircle.Operators.Keys;
using LifeCircle.Operators.Tokens.Withdrawals;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Tokens;

/// <summary>Once a minute, in every replica: follows the signing keys, forgets what tokens and assertions that have ended have left.</summary>
internal sealed class TokenHousekeeping(KeyRing keys, IServiceScopeFactory scopes, TimeProvider clock, ILogger<TokenHousekeeping> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RunAsync(cancellationToken); // a wrong key-encryption key ends the start
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await RunAsync(stoppingToken);
    }

    private async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            await keys.RefreshAsync(cancel);
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<OperatorsDbContext>();
            await RevokedToken.PruneAsync(db, clock.GetUtcNow(), cancel);
            await WithdrawnClient.PruneAsync(db, clock.GetUtcNow(), cancel);
            await UsedAssertion.PruneAsync(db, clock.GetUtcNow(), cancel);
        }
        catch (Exception fault) when (DatabaseFault.IsTransient(fault) || DatabaseFault.IsCollision(fault))
        {
            logger.LogWarning(fault, "The database did not do it; signing keys stay as they are until the next try");
        }
    }
}

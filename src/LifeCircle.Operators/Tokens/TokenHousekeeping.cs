using LifeCircle.Operators.Keys;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Tokens;

/// <summary>Once a minute, in every replica: follows the signing keys, forgets revocations of tokens that have expired.</summary>
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
            await RevokedToken.PruneAsync(scope.ServiceProvider.GetRequiredService<OperatorsDbContext>(), clock.GetUtcNow(), cancel);
        }
        catch (Exception fault) when (DatabaseFault.IsTransient(fault) || DatabaseFault.IsCollision(fault))
        {
            logger.LogWarning(fault, "The database did not do it; signing keys stay as they are until the next try");
        }
    }
}

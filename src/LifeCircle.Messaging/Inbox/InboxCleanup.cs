using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LifeCircle.Messaging.Inbox;

/// <summary>Forgets handled messages after their retention, once an hour, in portions short enough to disturb nobody.</summary>
internal sealed class InboxCleanup(IServiceScopeFactory scopes, Type dbContext, TimeProvider clock, ILogger<InboxCleanup> logger) : BackgroundService
{
    private const int Portion = 5_000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await NextAsync(timer, stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                logger.LogWarning(e, "The inbox was not cleaned; next try in {Interval}", Interval);
            }
        }
    }

    internal async Task RunAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = (DbContext)scope.ServiceProvider.GetRequiredService(dbContext);
        var before = clock.GetUtcNow() - InboxTable.Retention - ClockSkew;
        while (await InboxTable.ForgetAsync(db, before, Portion, ct) == Portion)
            ct.ThrowIfCancellationRequested();
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken ct)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

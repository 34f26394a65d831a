using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Before anything else of the service starts: whether it has what its tables need, and whether its keys are those of the database. Verbs are not
/// held up by it. A database that is away is waited for, as nothing restarts a service that has ended by itself.
/// </summary>
internal sealed class DatabaseStart<TContext>(
    IServiceScopeFactory scopes, IServiceProviderIsService registered, ILogger<DatabaseStart<TContext>> logger) : IHostedLifecycleService
    where TContext : DbContext
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await CheckAsync(cancellationToken);
                return;
            }
            catch (Exception fault) when (DatabaseFault.IsTransient(fault))
            {
                logger.LogWarning(fault, "The keys of personal data cannot be checked, so the service does not start yet; trying again in a second");
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task CheckAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (services, db) = (scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<TContext>());
        if (db.Model.FindEntityType(typeof(AuditEntry)) is not null && !registered.IsService(typeof(CheckpointKeys)))
            throw new InvalidOperationException($"{typeof(TContext).Name} has an audit that nothing would chain: call builder.AddAudit<{typeof(TContext).Name}>().");
        if (SealedPlace.Of(db.Model).Count == 0) return;
        if (db.Model.FindEntityType(typeof(KeyCheck)) is null || !registered.IsService(typeof(PersonalData)))
            throw new InvalidOperationException($"{typeof(TContext).Name} has sealed texts: call builder.AddPersonalData(), and modelBuilder.AddPersonalData() in OnModelCreating.");
        await KeyChecks.RequireAsync(db, services.GetRequiredService<EncryptionKeys>(), services.GetRequiredService<BlindIndex>(), cancel);
    }
}

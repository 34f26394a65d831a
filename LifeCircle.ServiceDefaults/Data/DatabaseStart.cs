using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Before anything else of the service starts: whether it has what its tables need, and whether its keys are those of the database. Verbs are not
/// held up by it. While the database is away the service starts all the same, as everything of it does, but seals and opens nothing until it
/// could compare; with wrong keys it ends then.
/// </summary>
internal sealed class DatabaseStart<TContext>(
    IServiceScopeFactory scopes, IServiceProviderIsService registered, ILogger<DatabaseStart<TContext>> logger)
    : BackgroundService, IHostedLifecycleService
    where TContext : DbContext
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private bool _isChecked;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        CheckModel();
        _isChecked = await TryCheckKeysAsync(cancellationToken);
        if (!_isChecked) logger.LogWarning("The keys of personal data cannot be checked; until they are, nothing is sealed or opened");
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_isChecked) return;
        using var timer = new PeriodicTimer(Pause);
        while (!_isChecked && await timer.WaitForNextTickAsync(stoppingToken)) _isChecked = await TryCheckKeysAsync(stoppingToken);
        logger.LogInformation("The keys of personal data are those of the database");
    }

    private void CheckModel()
    {
        using var scope = scopes.CreateScope();
        var model = scope.ServiceProvider.GetRequiredService<TContext>().Model;
        if (model.FindEntityType(typeof(AuditEntry)) is not null && !registered.IsService(typeof(CheckpointKeys)))
            throw new InvalidOperationException($"{typeof(TContext).Name} has an audit that nothing would chain: call builder.AddAudit<{typeof(TContext).Name}>().");
        if (SealedPlace.Of(model).Count > 0 && (model.FindEntityType(typeof(KeyCheck)) is null || !registered.IsService(typeof(PersonalData))))
            throw new InvalidOperationException($"{typeof(TContext).Name} has sealed texts: call builder.AddPersonalData(), and modelBuilder.AddPersonalData() in OnModelCreating.");
    }

    /// <summary>False if the database is away.</summary>
    private async Task<bool> TryCheckKeysAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TContext>();
        if (SealedPlace.Of(db.Model).Count == 0) return true;
        var keys = scope.ServiceProvider.GetRequiredService<EncryptionKeys>();
        keys.AreInDoubt = true;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            if (!await db.Database.CanConnectAsync(patience.Token)) return false;
            await KeyChecks.RequireAsync(db, keys, scope.ServiceProvider.GetRequiredService<BlindIndex>(), cancel);
        }
        catch (Exception fault) when (DatabaseFault.IsTransient(fault) || (fault is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
        keys.AreInDoubt = false;
        return true;
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LifeCircle.Messaging.Outbox;

/// <summary>Opens the relay's database session: the service's own database and role, but outside its pool.</summary>
internal sealed class OutboxSession(IServiceScopeFactory scopes, Type dbContext)
{
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var pooled = (NpgsqlConnection)((DbContext)scope.ServiceProvider.GetRequiredService(dbContext)).Database.GetDbConnection();
        var settings = new NpgsqlConnectionStringBuilder(pooled.ConnectionString)
        {
            // A pooled connection would keep its advisory locks after Close, until somebody else uses it.
            Pooling = false,
            KeepAlive = 10,
            CommandTimeout = 30,
            Enlist = false,
            ApplicationName = "outbox relay",
        };
        // A statement that waits for a lock would otherwise keep the partitions of a killed process until it gets the lock.
        // And a plan that was made for an empty outbox would read the whole of a full one, again and again, until the next ANALYZE: every
        // statement of the relay has an index that was made for it.
        settings.Options = $"{settings.Options} -c client_connection_check_interval=1000 -c enable_seqscan=off -c enable_bitmapscan=off".Trim();
        var session = pooled.CloneWith(settings.ConnectionString);
        try
        {
            await session.OpenAsync(ct);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace LifeCircle.ServiceDefaults;

/// <summary>One PostgreSQL database a service, and one role that may change its rows but not its tables.</summary>
public static class Database
{
    // What the connection string says itself comes later and wins. A request must not wait longer than Timeout for a connection.
    // No reset: it costs the server as much as a small query, each time. Whoever changes a session (settings, locks, temporary tables) undoes it.
    private const string Defaults = "Timeout=5;Command Timeout=15;Maximum Pool Size=60;Max Auto Prepare=100;No Reset On Close=true;";

    /// <summary>Adds the service's DbContext, pooled, and its readiness check.</summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="connectionName">Name of the connection string, e.g. <c>facilitiesdb</c>.</param>
    /// <param name="configure">Extensions of the Npgsql provider, such as NetTopologySuite.</param>
    public static void AddDatabase<TContext>(
        this IHostApplicationBuilder builder, string connectionName, Action<NpgsqlDbContextOptionsBuilder>? configure = null)
        where TContext : DbContext
    {
        builder.Services.AddOptions<DatabaseSettings>(connectionName)
            .Configure<IConfiguration>((settings, configuration) => settings.ConnectionString = Read(configuration, connectionName))
            .ValidateOnStart();
        builder.Services.AddDbContextPool<TContext>((services, options) => options
            .UseNpgsql(services.GetRequiredService<IOptionsMonitor<DatabaseSettings>>().Get(connectionName).ConnectionString, configure)
            .UseSnakeCaseNamingConvention()
            // Failures are told where they are handled; many are no more than a 409.
            .ConfigureWarnings(events => events.Log(
                (RelationalEventId.CommandExecuted, LogLevel.Debug), (RelationalEventId.CommandError, LogLevel.Debug),
                (RelationalEventId.TransactionError, LogLevel.Debug),
                (CoreEventId.SaveChangesFailed, LogLevel.Debug), (CoreEventId.QueryIterationFailed, LogLevel.Debug)))
            .AddInterceptors(services.GetServices<IInterceptor>()));
        builder.Services.AddHostedService<DatabaseStart<TContext>>();
        builder.Services.AddHostedService<IdempotencyCleanup<TContext>>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseCheck<TContext>>(
            connectionName, tags: [Health.Ready], timeout: TimeSpan.FromSeconds(5));
    }

    /// <summary>Tables that every service's database has: idempotency keys and the change feed.</summary>
    public static ModelBuilder AddServiceTables(this ModelBuilder model)
    {
        IdempotencyTable.Map(model);
        ChangeFeed.Map(model);
        return model;
    }

    private static string Read(IConfiguration configuration, string name) => configuration.GetConnectionString(name) is { Length: > 0 } given
        ? Defaults + given
        : throw new InvalidOperationException(
            $"The connection string '{name}' is missing. Start the service through the AppHost or set ConnectionStrings__{name}.");

    private sealed class DatabaseSettings
    {
        public string ConnectionString { get; set; } = "";
    }

    private sealed class DatabaseCheck<TContext>(IServiceScopeFactory scopes) : IHealthCheck where TContext : DbContext
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TContext>();
            return await db.Database.CanConnectAsync(cancellationToken)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("The database does not answer.");
        }
    }
}

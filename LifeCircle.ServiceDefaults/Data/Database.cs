using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace LifeCircle.ServiceDefaults;

/// <summary>One PostgreSQL database a service, and one role that may change its rows but not its tables.</summary>
public static class Database
{
    /// <summary>Adds the service's DbContext, pooled, and its readiness check.</summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="connectionName">Name of the connection string, e.g. <c>facilitiesdb</c>.</param>
    /// <param name="configure">Extensions of the Npgsql provider, such as NetTopologySuite.</param>
    public static void AddDatabase<TContext>(
        this IHostApplicationBuilder builder, string connectionName, Action<NpgsqlDbContextOptionsBuilder>? configure = null)
        where TContext : DbContext
    {
        builder.Services.AddDbContextPool<TContext>((services, options) => options
            .UseNpgsql(ConnectionString(services.GetRequiredService<IConfiguration>(), connectionName), npgsql => configure?.Invoke(npgsql))
            .UseSnakeCaseNamingConvention()
            .AddInterceptors(services.GetServices<IInterceptor>()));
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

    private static string ConnectionString(IConfiguration configuration, string name)
    {
        var given = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(name) ?? throw new InvalidOperationException(
            $"The connection string '{name}' is missing. Start the service through the AppHost or set ConnectionStrings__{name}."));
        if (!given.ContainsKey("Timeout")) given.Timeout = 5; // a request must not wait longer for a connection
        if (!given.ContainsKey("Command Timeout")) given.CommandTimeout = 15;
        if (!given.ContainsKey("Maximum Pool Size")) given.MaxPoolSize = 60;
        if (!given.ContainsKey("Max Auto Prepare")) given.MaxAutoPrepare = 100;
        return given.ConnectionString;
    }

    /// <summary>Brings the schema up to date and lets the service's own role use it. Needs the connection string of the database's owner.</summary>
    internal static async Task MigrateAsync<TContext>(this IServiceProvider services, CancellationToken cancel) where TContext : DbContext
    {
        var log = services.GetRequiredService<ILogger<TContext>>();
        var db = services.GetRequiredService<TContext>();
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        var pending = (await db.Database.GetPendingMigrationsAsync(cancel)).ToArray();
        log.LogInformation("Applying {Count} migrations", pending.Length);
        await db.Database.MigrateAsync(cancel);

        var configuration = services.GetRequiredService<IConfiguration>();
        if (configuration["Database:Role"] is not { Length: > 0 } role)
        {
            log.LogInformation("Database__Role is not set: no role was created");
            return;
        }
        var password = configuration["Database:RolePassword"]
            ?? throw new InvalidOperationException("Database__Role is set, so Database__RolePassword must be set too.");
        await GrantAsync(db, role, password, cancel);
        log.LogInformation("The role {Role} may use the database", role);
    }

    private static async Task GrantAsync(DbContext db, string role, string password, CancellationToken cancel)
    {
        await db.Database.OpenConnectionAsync(cancel);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        string name, secret;
        await using (var quote = new NpgsqlCommand("SELECT quote_ident($1), quote_literal($2)", connection)
        {
            Parameters = { new() { Value = role }, new() { Value = password } },
        })
        await using (var quoted = await quote.ExecuteReaderAsync(cancel))
        {
            await quoted.ReadAsync(cancel);
            (name, secret) = (quoted.GetString(0), quoted.GetString(1));
        }
        // The migrations of several services may run at once, and roles are shared by the whole server.
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var grant = new NpgsqlCommand($"""
            SELECT pg_advisory_xact_lock(hashtext('lifecircle roles'));
            DO $do$ BEGIN
              IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {Literal(role)}) THEN CREATE ROLE {name} LOGIN; END IF;
            END $do$;
            ALTER ROLE {name} LOGIN PASSWORD {secret};
            GRANT USAGE ON SCHEMA public TO {name};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name};
            GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name};
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name};
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {name};
            """, connection, transaction);
        await grant.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

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

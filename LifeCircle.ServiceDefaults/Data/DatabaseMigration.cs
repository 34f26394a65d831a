using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LifeCircle.ServiceDefaults;

/// <summary>Prepares a service's database: its tables, and the role that may change their rows and nothing else.</summary>
internal static class DatabaseMigration
{
    /// <summary>Needs the connection string of the database's owner.</summary>
    public static async Task MigrateAsync<TContext>(this IServiceProvider services, CancellationToken cancel) where TContext : DbContext
    {
        var log = services.GetRequiredService<ILogger<TContext>>();
        var db = services.GetRequiredService<TContext>();
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        await db.Database.MigrateAsync(cancel);
        log.LogInformation("The database is up to date");

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
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // Two migrations of one service may run at once; each service has a role of its own.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended('lifecircle roles', 0))", cancel);
        // As parameters, because the texts of statements are logged.
        await db.Database.ExecuteSqlAsync(
            $"SELECT set_config('lifecircle.role', {role}, true), set_config('lifecircle.password', {password}, true)", cancel);
        var appendOnly = string.Join(' ', db.Model.GetEntityTypes().Where(type => type.FindAnnotation(AuditTrail.AppendOnly) is not null).Select(type => type.GetTableName()));
        await db.Database.ExecuteSqlAsync($"SELECT set_config('lifecircle.append_only', {appendOnly}, true)", cancel);
        await db.Database.ExecuteSqlAsync($"""
            DO $do$
            DECLARE role text := current_setting('lifecircle.role'); append_only text;
            BEGIN
              IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN EXECUTE format('CREATE ROLE %I', role); END IF;
              EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', role, current_setting('lifecircle.password'));
              EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
              EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), role);
              REVOKE CREATE ON SCHEMA public FROM PUBLIC;
              EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role);
              EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', role);
              FOREACH append_only IN ARRAY string_to_array(current_setting('lifecircle.append_only'), ' ') LOOP
                EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM %I', append_only, role);
              END LOOP;
              EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %I', role);
            END $do$
            """, cancel);
        await transaction.CommitAsync(cancel);
    }
}

using LifeCircle.ServiceDefaults.Tests.Orders;
using Npgsql;

namespace LifeCircle.ServiceDefaults.Tests.Data;

public sealed class DatabaseMigrationTests(TestServers servers) : IAsyncLifetime
{
    private const string Role = "tests \"odd\" role's";
    private const string Password = "it's \\ a \"secret\" of ten words; DROP TABLE orders";

    private TestDatabase _database = null!;

    [Fact]
    public async Task Migrating_again_changes_nothing_but_the_roles_password()
    {
        await MigrateAsync(_database, Role, "the first one");
        await ExecuteAsync(Role, "the first one", "INSERT INTO orders (id, reference, division_code, urgency, version, changed_at) VALUES (gen_random_uuid(), 'x', '500103', 'NextDay', 1, now())");

        await MigrateAsync(_database, Role, Password);

        Assert.Equal(1, await _database.CountAsync("orders"));
        Assert.Equal(4, await _database.CountAsync("\"__EFMigrationsHistory\""));
        await ExecuteAsync(Role, Password, "SELECT 1");
        await AssertRefusedAsync(PostgresErrorCodes.InvalidPassword, Role, "the first one", "SELECT 1");
    }

    [Fact]
    public async Task The_role_changes_rows_and_never_tables()
    {
        await MigrateAsync(_database, Role, Password);
        await ExecuteAsync(Role, Password, """
            INSERT INTO orders (id, reference, division_code, urgency, version, changed_at) VALUES (gen_random_uuid(), 'x', '500103', 'NextDay', 1, now());
            INSERT INTO change (kind, entity_id, version, state, at) VALUES ('order', gen_random_uuid(), 1, 'updated', now());
            UPDATE orders SET version = 2;
            SELECT * FROM orders;
            DELETE FROM orders;
            CREATE TEMPORARY TABLE staging (x int);
            """);
        foreach (var statement in (string[])["CREATE TABLE mine (x int)", "DROP TABLE orders", "ALTER TABLE orders ADD x int", "TRUNCATE orders",
            "CREATE INDEX ON orders (version)", "CREATE SCHEMA mine", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE DATABASE mine",
            "CREATE ROLE mine", "ALTER TABLE orders DISABLE TRIGGER ALL", "CREATE EXTENSION pgcrypto"])
            await AssertRefusedAsync(PostgresErrorCodes.InsufficientPrivilege, Role, Password, statement);
    }

    [Fact]
    public async Task The_role_adds_to_the_audit_and_takes_nothing_out_of_it()
    {
        await MigrateAsync(_database, Role, Password);
        await MigrateAsync(_database, Role, Password); // an update grants anew
        await ExecuteAsync(Role, Password, "INSERT INTO audit_entry (id, at, client_id, action, subject_kind, subject_id) VALUES (gen_random_uuid(), now(), 'x', 'x', 'x', gen_random_uuid())");
        foreach (var table in (string[])["audit_entry", "audit_link", "audit_checkpoint"])
            foreach (var statement in (string[])[$"DELETE FROM {table}", $"TRUNCATE {table}", $"UPDATE {table} SET {(table == "audit_entry" ? "action = 'y'" : "number = 1")}"])
                await AssertRefusedAsync(PostgresErrorCodes.InsufficientPrivilege, Role, Password, statement);
    }

    [Fact]
    public async Task The_role_of_one_service_cannot_look_into_the_database_of_another()
    {
        await using var other = await TestDatabase.CreateAsync(servers);
        await MigrateAsync(_database, Role, Password);
        await MigrateAsync(other, "tests other role", Password);
        await AssertRefusedAsync(PostgresErrorCodes.InsufficientPrivilege, "tests other role", Password, "SELECT 1");
    }

    [Fact]
    public async Task The_password_stays_out_of_the_log()
    {
        using var process = await OrdersProcess.RunAsync(["migrate"], ("ConnectionStrings__ordersdb", _database.ConnectionString),
            ("Database__Role", Role), ("Database__RolePassword", Password), ("Logging__LogLevel__Default", "Trace"));
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("CREATE ROLE", process.Output, StringComparison.Ordinal); // statements are there
        Assert.DoesNotContain("of ten words", process.Output + process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_without_a_password_is_a_mistake()
    {
        Assert.Equal(1, await OrdersService.MigrateAsync(_database.ConnectionString, $"--Database:Role={Role}"));
    }

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync(servers);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static async Task MigrateAsync(TestDatabase database, string role, string password) => Assert.Equal(0,
        await OrdersService.MigrateAsync(database.ConnectionString, $"--Database:Role={role}", $"--Database:RolePassword={password}"));

    private async Task ExecuteAsync(string role, string password, string sql)
    {
        var builder = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Username = role, Password = password, Pooling = false };
        await using var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private async Task AssertRefusedAsync(string state, string role, string password, string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(role, password, sql));
        Assert.True(refusal.SqlState == state, $"{sql}: {refusal.Message}");
    }
}

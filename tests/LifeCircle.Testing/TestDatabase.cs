using Npgsql;

namespace LifeCircle.Testing;

/// <summary>A database of the test's own; deleted with it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    /// <summary>Password of the services' roles in tests.</summary>
    public const string RolePassword = "only-for-tests";

    private readonly TestServers _servers;
    private readonly string _name;

    private TestDatabase(TestServers servers, string name) => (_servers, _name) = (servers, name);

    /// <summary>As the owner: for migrations, and for looking at what a service stored.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(_servers.Postgres) { Database = _name, MaxPoolSize = 60, MaxAutoPrepare = 100 }.ConnectionString;

    /// <summary>An empty database.</summary>
    public static async Task<TestDatabase> CreateAsync(TestServers servers)
    {
        var database = new TestDatabase(servers, $"test_{Guid.CreateVersion7():n}");
        await ExecuteAsync(servers.Postgres, $"CREATE DATABASE {database._name}");
        return database;
    }

    /// <summary>A copy of a template, which is made on first use and shared by all test processes.</summary>
    /// <param name="servers">Where.</param>
    /// <param name="template">Names the template; another name for every other content.</param>
    /// <param name="prepare">Fills the template, given the owner's connection string. It must not leave a connection open.</param>
    public static async Task<TestDatabase> CopyAsync(TestServers servers, string template, Func<string, Task> prepare)
    {
        await using (var session = new NpgsqlConnection(servers.Postgres))
        {
            await session.OpenAsync();
            await ExecuteAsync(session, $"SELECT pg_advisory_lock(hashtextextended('{template}', 0))");
            await using var exists = new NpgsqlCommand($"SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{template}')", session);
            if (!(bool)(await exists.ExecuteScalarAsync())!)
            {
                var fresh = template + "_fresh";
                await ExecuteAsync(session, $"DROP DATABASE IF EXISTS {fresh}");
                await ExecuteAsync(session, $"CREATE DATABASE {fresh}");
                await prepare(new NpgsqlConnectionStringBuilder(servers.Postgres) { Database = fresh, Pooling = false }.ConnectionString);
                await ExecuteAsync(session, $"ALTER DATABASE {fresh} RENAME TO {template}");
            }
            await ExecuteAsync(session, $"SELECT pg_advisory_unlock(hashtextextended('{template}', 0))");
        }
        var database = new TestDatabase(servers, $"test_{Guid.CreateVersion7():n}");
        await ExecuteAsync(servers.Postgres, $"CREATE DATABASE {database._name} TEMPLATE {template}");
        return database;
    }

    /// <summary>As the service's own role, which may change rows but not tables.</summary>
    public string ConnectionStringOf(string role) =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Username = role, Password = RolePassword }.ConnectionString;

    public Task<int> ExecuteAsync(string sql) => ExecuteAsync(ConnectionString, sql);

    /// <summary>The first value of the first row.</summary>
    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : throw new InvalidOperationException($"No {typeof(T).Name}: {sql}");
    }

    /// <summary>How many rows, e.g. <c>facility WHERE state = 'open'</c>.</summary>
    public Task<long> CountAsync(string from) => QueryAsync<long>($"SELECT count(*) FROM {from}");

    public async ValueTask DisposeAsync() => await ExecuteAsync(_servers.Postgres, $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");

    private static async Task<int> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return await ExecuteAsync(connection, sql);
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        return await command.ExecuteNonQueryAsync();
    }
}

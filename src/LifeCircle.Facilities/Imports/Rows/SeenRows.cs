using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Imports.Running;
using Npgsql;

namespace LifeCircle.Facilities.Imports.Rows;

/// <summary>
/// The keys that a file has brought so far, with their places. In a temporary table, because a file may have more of them than fit into
/// memory; on a session of its own, because it must outlive the transaction of an import that is refused half-way.
/// </summary>
internal sealed class SeenRows : IAsyncDisposable
{
    private readonly AsyncServiceScope _scope;
    private readonly NpgsqlConnection _session;

    private SeenRows(AsyncServiceScope scope, NpgsqlConnection session) => (_scope, _session) = (scope, session);

    public static async Task<SeenRows> OpenAsync(IServiceScopeFactory scopes, CancellationToken cancel)
    {
        var scope = scopes.CreateAsyncScope();
        try
        {
            var session = await scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>().OpenSessionAsync(cancel);
            await session.ExecuteAsync("""
                DROP TABLE IF EXISTS pg_temp.seen;
                CREATE TEMP TABLE seen (key text COLLATE "C" PRIMARY KEY, number bigint NOT NULL, line bigint NOT NULL, feature bigint)
                """, cancel);
            return new SeenRows(scope, session);
        }
        catch
        {
            await scope.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds rows in the order of the file. Gives the earlier place of each that was there before, by its number.</summary>
    public async Task<IReadOnlyDictionary<long, RowPlace>> AddAsync(IReadOnlyList<(string Key, RowPlace Place)> rows, CancellationToken cancel)
    {
        var keys = rows.Select(row => row.Key).ToArray();
        var numbers = rows.Select(row => row.Place.Number).ToArray();
        await using (var add = _session.Command("""
            INSERT INTO seen SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) ON CONFLICT DO NOTHING
            """, keys, numbers, rows.Select(row => row.Place.Line).ToArray(), rows.Select(row => row.Place.Feature).ToArray()))
        {
            if (await add.ExecuteNonQueryAsync(cancel) == rows.Count) return new Dictionary<long, RowPlace>();
        }
        await using var find = _session.Command("""
            SELECT row.number, seen.number, seen.line, seen.feature
            FROM unnest($1::text[], $2::bigint[]) AS row (key, number) JOIN seen USING (key) WHERE seen.number <> row.number
            """, keys, numbers);
        await using var found = await find.ExecuteReaderAsync(cancel);
        var earlier = new Dictionary<long, RowPlace>();
        while (await found.ReadAsync(cancel))
            earlier.Add(found.GetInt64(0), new RowPlace(found.GetInt64(1), found.GetInt64(2), found.IsDBNull(3) ? null : found.GetInt64(3)));
        return earlier;
    }

    public async ValueTask DisposeAsync()
    {
        await _session.UndoAsync("DROP TABLE IF EXISTS pg_temp.seen");
        await _scope.DisposeAsync();
    }
}

using System.Data.Common;
using LifeCircle.Facilities.Facilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Benchmarks.Door;

/// <summary>What pgbench is to do: the statements of the service. It writes into tables of the same form, which no relay looks at.</summary>
internal static class WriteScript
{
    /// <summary>Registering a facility.</summary>
    public const string Body = """
        {"category":"pharmacy","name_zh":"幸福大药房（红旗街店）","position":{"lon":114.15,"lat":35.88},"address":"红旗街 18 号","capacity":12,"accessibility":"step_free"}
        """;

    private static readonly string[] Tables = ["facility", "change", "outbox_message", "idempotency_key"];

    /// <summary>Makes the tables, and keeps in each the row that one registration through the service wrote.</summary>
    public static async Task KeepSampleAsync(DoorBed bed)
    {
        await bed.SqlAsync($"CREATE SCHEMA peer; GRANT USAGE ON SCHEMA peer TO facilities; {string.Concat(Tables.Select(table => $"""
            CREATE TABLE peer.{table} (LIKE public.{table} INCLUDING ALL);
            CREATE TABLE peer.{table}_sample AS TABLE public.{table} WITH NO DATA;
            GRANT SELECT, INSERT ON peer.{table}, peer.{table}_sample TO facilities;
            CREATE FUNCTION peer.keep_{table}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO peer.{table}_sample SELECT NEW.*; RETURN NULL; END';
            CREATE TRIGGER keep AFTER INSERT ON public.{table} FOR EACH ROW EXECUTE FUNCTION peer.keep_{table}();
            """))}");
        await bed.SendAsync(HttpMethod.Post, "/facilities/v1/facilities", Body);
        await bed.SqlAsync(string.Concat(Tables.Select(table => $"DROP TRIGGER keep ON public.{table};")));
    }

    /// <summary>The columns of a table that are written.</summary>
    public static async Task<string[]> ColumnsAsync(DoorBed bed, string table, params string[] except) =>
        [.. (await bed.QueryAsync<string[]>($"""
            SELECT array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name = '{table}' AND is_generated = 'NEVER' AND is_identity = 'NO'
            """)).Except(except)];

    /// <summary>One registration: the same statements in as many round trips as the service takes.</summary>
    public static async Task<string> OfRegistrationAsync(DoorBed bed) => $"""
        \set key random(1, 1000000000000000000)
        \startpipeline
        BEGIN;
        SELECT lock.taken, k.fingerprint, k.status, k.content_type, k.location, k.etag, k.body, k.created_at
          FROM (SELECT pg_try_advisory_xact_lock(hashtextextended('peer' || ' ' || :key::text, 0)) AS taken) AS lock
          LEFT JOIN peer.idempotency_key k ON k.client_id = 'peer' AND k.key = :key::text;
        \endpipeline
        \startpipeline
        {await InsertAsync(bed, "change", "RETURNING id", ("entity_id", "gen_random_uuid()"))}
        {await InsertAsync(bed, "facility", "RETURNING search_text", ("id", "gen_random_uuid()"))}
        {await InsertAsync(bed, "outbox_message", "RETURNING position", ("id", "gen_random_uuid()"), ("aggregate_id", "gen_random_uuid()"))}
        \endpipeline
        {await InsertAsync(bed, "idempotency_key", "", ("client_id", "'peer'"), ("key", ":key::text"))}
        COMMIT;
        """;

    /// <summary>The statement by which the service reads facilities, for one of the ids.</summary>
    public static async Task<string> OfReadAsync(DoorBed bed)
    {
        var seen = new Statements();
        await using var db = new Facilities.FacilitiesDbContext(new DbContextOptionsBuilder<Facilities.FacilitiesDbContext>()
            .UseNpgsql(bed.Database, npgsql => npgsql.UseNetTopologySuite()).UseSnakeCaseNamingConvention().AddInterceptors(seen).Options);
        await GetFacility.ReadAsync(new ServiceCollection().AddSingleton(db).BuildServiceProvider(), [Guid.Empty]);
        var (text, parameter) = seen.Last ?? throw new InvalidOperationException("The service read nothing.");
        return $"""
            \set n random(1, {DoorBed.Facilities})
            {text.Replace($"ANY (@{parameter})", $"('{DoorBed.IdPrefix}' || lpad(:n::text, 12, '0'))::uuid", StringComparison.Ordinal)};
            """;
    }

    private static async Task<string> InsertAsync(DoorBed bed, string table, string returning, params (string Column, string Value)[] fresh)
    {
        var columns = await ColumnsAsync(bed, table);
        var values = await bed.QueryAsync<string?[]>($"SELECT ARRAY[{string.Join(", ", columns.Select(column => $"{column}::text"))}] FROM peer.{table}_sample");
        var chosen = columns.Zip(values, (column, value) => Array.Find(fresh, f => f.Column == column).Value ?? Literal(value));
        return $"INSERT INTO peer.{table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", chosen)}) {returning};";
    }

    // A colon would begin a variable of pgbench.
    private static string Literal(string? value) => value is null ? "NULL"
        : $"E'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal).Replace(":", "\\x3a", StringComparison.Ordinal)}'";

    private sealed class Statements : DbCommandInterceptor
    {
        public (string Text, string Parameter)? Last { get; private set; }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Last = (command.CommandText, command.Parameters[0].ParameterName.TrimStart('@'));
            return new(result);
        }
    }
}

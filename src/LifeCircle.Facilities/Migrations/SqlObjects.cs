using Microsoft.EntityFrameworkCore.Migrations;

namespace LifeCircle.Facilities.Migrations;

/// <summary>What EF Core cannot express. The initial migration calls it last, when the tables stand, and undoes it first.</summary>
internal static class SqlObjects
{
    public static void Create(MigrationBuilder migration)
    {
        // Pairs of characters: most Chinese words have two, which pg_trgm's index of three cannot find (Finding/SearchWords.cs).
        migration.Sql("""
            CREATE FUNCTION facility_bigrams(value text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
              SELECT coalesce(array_agg(DISTINCT substr(value, i, 2)), '{}') FROM generate_series(1, length(value) - 1) AS i
            $$;
            CREATE INDEX ix_facility_bigrams ON facility USING gin (facility_bigrams(search_text));
            """);
        // Distances in metres (Finding/FindNearby.cs).
        migration.Sql("CREATE INDEX ix_facility_geography ON facility USING gist ((position::geography));");
        // Deferred, because one import may end a period and begin the next, in any order.
        migration.Sql("""
            ALTER TABLE division ADD CONSTRAINT ex_division_period
              EXCLUDE USING gist (code WITH =, daterange(valid_from, valid_until) WITH &&) DEFERRABLE INITIALLY DEFERRED;
            """);
        // Written once and read once: compressing them would cost more than the space.
        migration.Sql("ALTER TABLE import_chunk ALTER COLUMN data SET STORAGE EXTERNAL;");
    }

    public static void Drop(MigrationBuilder migration) => migration.Sql("""
        ALTER TABLE division DROP CONSTRAINT ex_division_period;
        DROP INDEX ix_facility_geography;
        DROP INDEX ix_facility_bigrams;
        DROP FUNCTION facility_bigrams(text);
        """);
}

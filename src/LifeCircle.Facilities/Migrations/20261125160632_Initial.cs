using System;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Migrations;
using NetTopologySuite.Geometries;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace LifeCircle.Facilities.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:btree_gist", ",,")
                .Annotation("Npgsql:PostgresExtension:postgis", ",,");

            migrationBuilder.CreateTable(
                name: "change",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    position = table.Column<long>(type: "bigint", nullable: true),
                    kind = table.Column<string>(type: "text", nullable: false),
                    entity_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    division_code = table.Column<string>(type: "text", nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    data = table.Column<JsonElement>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_change", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "division",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    code = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    level = table.Column<string>(type: "text", nullable: false),
                    parent_code = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: true),
                    name_zh = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    name_en = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    valid_from = table.Column<DateOnly>(type: "date", nullable: false),
                    valid_until = table.Column<DateOnly>(type: "date", nullable: true),
                    boundary = table.Column<MultiPolygon>(type: "geometry(MultiPolygon,4326)", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_division", x => x.id);
                    table.CheckConstraint("ck_division_parent", "parent_code IS NULL AND length(code) = 6 OR parent_code = left(code, length(code) - 3)");
                });

            migrationBuilder.CreateTable(
                name: "facility_standing",
                columns: table => new
                {
                    facility_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    category = table.Column<string>(type: "text", nullable: false),
                    life_circle_id = table.Column<Guid>(type: "uuid", nullable: true),
                    is_open = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_facility_standing", x => x.facility_id);
                });

            migrationBuilder.CreateTable(
                name: "idempotency_key",
                columns: table => new
                {
                    client_id = table.Column<string>(type: "text", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false),
                    fingerprint = table.Column<byte[]>(type: "bytea", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    content_type = table.Column<string>(type: "text", nullable: true),
                    location = table.Column<string>(type: "text", nullable: true),
                    etag = table.Column<string>(type: "text", nullable: true),
                    body = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_idempotency_key", x => new { x.client_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "import",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    source = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    media_type = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    delimiter = table.Column<string>(type: "text", nullable: true),
                    bad_rows = table.Column<string>(type: "text", nullable: false),
                    check_only = table.Column<bool>(type: "boolean", nullable: false),
                    client_id = table.Column<string>(type: "text", nullable: false),
                    division_code = table.Column<string>(type: "text", nullable: true),
                    idempotency_key = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    traceparent = table.Column<string>(type: "text", nullable: true),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    sha256 = table.Column<byte[]>(type: "bytea", nullable: true),
                    state = table.Column<string>(type: "text", nullable: false),
                    queued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    stage = table.Column<string>(type: "text", nullable: true),
                    result = table.Column<JsonElement>(type: "jsonb", nullable: true),
                    problem_code = table.Column<string>(type: "text", nullable: true),
                    problem_en = table.Column<string>(type: "text", nullable: true),
                    problem_zh = table.Column<string>(type: "text", nullable: true),
                    rows_bad = table.Column<long>(type: "bigint", nullable: false),
                    bytes_read = table.Column<long>(type: "bigint", nullable: false),
                    rows_changed = table.Column<long>(type: "bigint", nullable: false),
                    rows_created = table.Column<long>(type: "bigint", nullable: false),
                    rows_read = table.Column<long>(type: "bigint", nullable: false),
                    rows_unchanged = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_import", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "inbox_attempt",
                columns: table => new
                {
                    endpoint = table.Column<string>(type: "text", nullable: false),
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inbox_attempt", x => new { x.endpoint, x.message_id });
                });

            migrationBuilder.CreateTable(
                name: "inbox_message",
                columns: table => new
                {
                    endpoint = table.Column<string>(type: "text", nullable: false),
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    handled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inbox_message", x => new { x.endpoint, x.message_id });
                });

            migrationBuilder.CreateTable(
                name: "life_circle",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    code = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    name_zh = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    name_en = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    theme_zh = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    theme_en = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    division_code = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    boundary = table.Column<MultiPolygon>(type: "geometry(MultiPolygon,4326)", nullable: false),
                    centre = table.Column<Point>(type: "geometry(Point,4326)", nullable: false),
                    population = table.Column<int>(type: "integer", nullable: true),
                    population_year = table.Column<int>(type: "integer", nullable: true),
                    population_source = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_life_circle", x => x.id);
                    table.CheckConstraint("ck_life_circle_population", "num_nulls(population, population_year, population_source) IN (0, 3)");
                });

            migrationBuilder.CreateTable(
                name: "outbox_message",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    partition = table.Column<short>(type: "smallint", nullable: false),
                    aggregate_id = table.Column<Guid>(type: "uuid", nullable: false),
                    aggregate_seq = table.Column<long>(type: "bigint", nullable: true),
                    message_type = table.Column<string>(type: "text", nullable: false),
                    destination = table.Column<string>(type: "text", nullable: false),
                    body = table.Column<byte[]>(type: "bytea", nullable: false),
                    traceparent = table.Column<string>(type: "text", nullable: true),
                    tracestate = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    status = table.Column<short>(type: "smallint", nullable: false),
                    not_before = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    parked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_message", x => x.id);
                })
                .Annotation("Npgsql:StorageParameter:autovacuum_vacuum_cost_delay", "0")
                .Annotation("Npgsql:StorageParameter:autovacuum_vacuum_scale_factor", "0")
                .Annotation("Npgsql:StorageParameter:autovacuum_vacuum_threshold", "5000");

            migrationBuilder.CreateTable(
                name: "walking_network",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    junctions = table.Column<int>(type: "integer", nullable: false),
                    edges = table.Column<int>(type: "integer", nullable: false),
                    report = table.Column<string>(type: "jsonb", nullable: false),
                    imported_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_walking_network", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "import_chunk",
                columns: table => new
                {
                    import_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    data = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_import_chunk", x => new { x.import_id, x.number });
                    table.ForeignKey(
                        name: "fk_import_chunk_import_import_id",
                        column: x => x.import_id,
                        principalTable: "import",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "import_error",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    import_id = table.Column<Guid>(type: "uuid", nullable: false),
                    line = table.Column<long>(type: "bigint", nullable: false),
                    feature = table.Column<long>(type: "bigint", nullable: true),
                    external_id = table.Column<string>(type: "text", nullable: true),
                    field = table.Column<string>(type: "text", nullable: true),
                    code = table.Column<string>(type: "text", nullable: false),
                    text_en = table.Column<string>(type: "text", nullable: false),
                    text_zh = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_import_error", x => x.id);
                    table.ForeignKey(
                        name: "fk_import_error_import_import_id",
                        column: x => x.import_id,
                        principalTable: "import",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "building",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    source = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    external_id = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    position = table.Column<Point>(type: "geometry(Point,4326)", nullable: false),
                    crs = table.Column<string>(type: "text", nullable: false),
                    original_lon = table.Column<double>(type: "double precision", nullable: false),
                    original_lat = table.Column<double>(type: "double precision", nullable: false),
                    dwellings = table.Column<int>(type: "integer", nullable: true),
                    population = table.Column<int>(type: "integer", nullable: false),
                    residential_area_m2 = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: true),
                    division_code = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    life_circle_id = table.Column<Guid>(type: "uuid", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_building", x => x.id);
                    table.ForeignKey(
                        name: "fk_building_circle_life_circle_id",
                        column: x => x.life_circle_id,
                        principalTable: "life_circle",
                        principalColumn: "id");
                });

            migrationBuilder.CreateTable(
                name: "facility",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    source = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    external_id = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    category = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    name_zh = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    name_en = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    position = table.Column<Point>(type: "geometry(Point,4326)", nullable: false),
                    crs = table.Column<string>(type: "text", nullable: false),
                    original_lon = table.Column<double>(type: "double precision", nullable: false),
                    original_lat = table.Column<double>(type: "double precision", nullable: false),
                    address = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true),
                    division_code = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    life_circle_id = table.Column<Guid>(type: "uuid", nullable: true),
                    life_circle_given = table.Column<bool>(type: "boolean", nullable: false),
                    opening_hours = table.Column<string>(type: "jsonb", nullable: true),
                    capacity = table.Column<int>(type: "integer", nullable: true),
                    area_m2 = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: true),
                    accessibility = table.Column<string>(type: "text", nullable: false),
                    condition = table.Column<string>(type: "text", nullable: false),
                    operator_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    operator_id = table.Column<Guid>(type: "uuid", nullable: true),
                    state = table.Column<string>(type: "text", nullable: false),
                    suspended_from = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    suspended_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    suspension_reason = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true),
                    assured_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    assured_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    search_text = table.Column<string>(type: "text", nullable: true, computedColumnSql: "lower(normalize(name_zh || ' ' || coalesce(name_en, '') || ' ' || coalesce(external_id, ''), NFKC))", stored: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_facility", x => x.id);
                    table.CheckConstraint("ck_facility_origin", "num_nulls(source, external_id) IN (0, 2)");
                    table.ForeignKey(
                        name: "fk_facility_circle_life_circle_id",
                        column: x => x.life_circle_id,
                        principalTable: "life_circle",
                        principalColumn: "id");
                });

            migrationBuilder.CreateTable(
                name: "walking_network_part",
                columns: table => new
                {
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    part = table.Column<int>(type: "integer", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_walking_network_part", x => new { x.network_id, x.part });
                    table.ForeignKey(
                        name: "fk_walking_network_part_walking_network_network_id",
                        column: x => x.network_id,
                        principalTable: "walking_network",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_building_life_circle_id",
                table: "building",
                column: "life_circle_id");

            migrationBuilder.CreateIndex(
                name: "ix_building_position",
                table: "building",
                column: "position")
                .Annotation("Npgsql:IndexMethod", "gist");

            migrationBuilder.CreateIndex(
                name: "ix_building_source_external_id",
                table: "building",
                columns: new[] { "source", "external_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_change_unplaced",
                table: "change",
                column: "id",
                filter: "position IS NULL");

            migrationBuilder.CreateIndex(
                name: "ux_change_position",
                table: "change",
                column: "position",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_division_boundary",
                table: "division",
                column: "boundary")
                .Annotation("Npgsql:IndexMethod", "gist");

            migrationBuilder.CreateIndex(
                name: "ix_division_code_valid_from",
                table: "division",
                columns: new[] { "code", "valid_from" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_facility_category_id",
                table: "facility",
                columns: new[] { "category", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_facility_division_code_id",
                table: "facility",
                columns: new[] { "division_code", "id" })
                .Annotation("Npgsql:IndexOperators", new[] { "text_pattern_ops", null });

            migrationBuilder.CreateIndex(
                name: "ix_facility_life_circle_id_id",
                table: "facility",
                columns: new[] { "life_circle_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_facility_position",
                table: "facility",
                column: "position")
                .Annotation("Npgsql:IndexMethod", "gist");

            migrationBuilder.CreateIndex(
                name: "ux_facility_source_external_id",
                table: "facility",
                columns: new[] { "source", "external_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_facility_standing_life_circle_id_category",
                table: "facility_standing",
                columns: new[] { "life_circle_id", "category" },
                filter: "is_open");

            migrationBuilder.CreateIndex(
                name: "ix_idempotency_key_created_at",
                table: "idempotency_key",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_import_client_id_idempotency_key",
                table: "import",
                columns: new[] { "client_id", "idempotency_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_import_unfinished",
                table: "import",
                columns: new[] { "queued_at", "id" },
                filter: "state IN ('receiving', 'queued', 'running')");

            migrationBuilder.CreateIndex(
                name: "ix_import_error_import_id_line_id",
                table: "import_error",
                columns: new[] { "import_id", "line", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_inbox_message_handled_at",
                table: "inbox_message",
                column: "handled_at")
                .Annotation("Npgsql:IndexMethod", "brin");

            migrationBuilder.CreateIndex(
                name: "ix_life_circle_boundary",
                table: "life_circle",
                column: "boundary")
                .Annotation("Npgsql:IndexMethod", "gist");

            migrationBuilder.CreateIndex(
                name: "ix_life_circle_code",
                table: "life_circle",
                column: "code",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_outbox_message_behind",
                table: "outbox_message",
                column: "aggregate_id",
                filter: "status = 3");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_message_failing",
                table: "outbox_message",
                column: "aggregate_id",
                filter: "attempts > 0 AND aggregate_seq IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_message_parked",
                table: "outbox_message",
                column: "parked_at",
                filter: "status = 4");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_message_ready",
                table: "outbox_message",
                columns: new[] { "partition", "position" },
                filter: "status = 0");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_message_scheduled",
                table: "outbox_message",
                columns: new[] { "partition", "not_before" },
                filter: "status = 1");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_message_unrouted",
                table: "outbox_message",
                columns: new[] { "partition", "destination", "position" },
                filter: "status = 2");

            migrationBuilder.CreateIndex(
                name: "ux_outbox_message_aggregate_seq",
                table: "outbox_message",
                columns: new[] { "aggregate_id", "aggregate_seq" },
                unique: true,
                filter: "aggregate_seq IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_walking_network_imported_at",
                table: "walking_network",
                column: "imported_at");

            SqlObjects.Create(migrationBuilder);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            SqlObjects.Drop(migrationBuilder);

            migrationBuilder.DropTable(
                name: "building");

            migrationBuilder.DropTable(
                name: "change");

            migrationBuilder.DropTable(
                name: "division");

            migrationBuilder.DropTable(
                name: "facility");

            migrationBuilder.DropTable(
                name: "facility_standing");

            migrationBuilder.DropTable(
                name: "idempotency_key");

            migrationBuilder.DropTable(
                name: "import_chunk");

            migrationBuilder.DropTable(
                name: "import_error");

            migrationBuilder.DropTable(
                name: "inbox_attempt");

            migrationBuilder.DropTable(
                name: "inbox_message");

            migrationBuilder.DropTable(
                name: "outbox_message");

            migrationBuilder.DropTable(
                name: "walking_network_part");

            migrationBuilder.DropTable(
                name: "life_circle");

            migrationBuilder.DropTable(
                name: "import");

            migrationBuilder.DropTable(
                name: "walking_network");
        }
    }
}

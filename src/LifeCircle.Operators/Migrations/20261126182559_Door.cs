using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LifeCircle.Operators.Migrations
{
    /// <inheritdoc />
    public partial class Door : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "system_id",
                table: "webhook_subscription",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "response_headers",
                table: "webhook_attempt",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string[]>(
                name: "former_area_codes",
                table: "offering",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<string[]>(
                name: "remains_in",
                table: "change",
                type: "text[]",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "evaluation_fact",
                columns: table => new
                {
                    order_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    event_type = table.Column<string>(type: "text", nullable: false),
                    offer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    payload = table.Column<string>(type: "jsonb", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_evaluation_fact", x => new { x.order_id, x.version, x.event_type });
                });

            migrationBuilder.CreateTable(
                name: "feed_position",
                columns: table => new
                {
                    service = table.Column<string>(type: "text", nullable: false),
                    after = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_feed_position", x => x.service);
                });

            migrationBuilder.CreateTable(
                name: "key_check",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    value = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_key_check", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "used_assertion",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "bytea", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_used_assertion", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_used_assertion_expires_at",
                table: "used_assertion",
                column: "expires_at");

            // What the versions say that were published; where life circles lay then is not known any more, so where they lie now.
            migrationBuilder.Sql("""
                UPDATE offering SET former_area_codes = ARRAY(
                    SELECT place.code
                    FROM (SELECT jsonb_array_elements_text(version.terms -> 'division_codes') AS code
                          FROM offering_version version WHERE version.offering_id = offering.id AND version.state <> 'draft'
                          UNION
                          SELECT circle.division_code
                          FROM offering_version version
                          CROSS JOIN jsonb_array_elements_text(version.terms -> 'life_circle_ids') AS named (id)
                          JOIN known_circle circle ON circle.life_circle_id = named.id::uuid
                          WHERE version.offering_id = offering.id AND version.state <> 'draft') AS place
                    WHERE place.code <> ALL (offering.area_codes)
                    ORDER BY place.code)
                WHERE published_at IS NOT NULL
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "evaluation_fact");

            migrationBuilder.DropTable(
                name: "feed_position");

            migrationBuilder.DropTable(
                name: "key_check");

            migrationBuilder.DropTable(
                name: "used_assertion");

            migrationBuilder.DropColumn(
                name: "system_id",
                table: "webhook_subscription");

            migrationBuilder.DropColumn(
                name: "response_headers",
                table: "webhook_attempt");

            migrationBuilder.DropColumn(
                name: "former_area_codes",
                table: "offering");

            migrationBuilder.DropColumn(
                name: "remains_in",
                table: "change");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LifeCircle.Operators.Migrations
{
    /// <inheritdoc />
    public partial class Offerings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "known_circle",
                columns: table => new
                {
                    life_circle_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    division_code = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_known_circle", x => x.life_circle_id);
                });

            migrationBuilder.CreateTable(
                name: "known_facility",
                columns: table => new
                {
                    facility_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    division_code = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    is_closed = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_known_facility", x => x.facility_id);
                });

            migrationBuilder.CreateTable(
                name: "offering",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    operator_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    title_zh = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    title_en = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    hours = table.Column<string>(type: "text", nullable: false),
                    capacity_per_day = table.Column<int>(type: "integer", nullable: true),
                    price = table.Column<decimal>(type: "numeric(8,2)", precision: 8, scale: 2, nullable: false),
                    unit = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    published_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    area_codes = table.Column<string[]>(type: "text[]", nullable: false),
                    division_codes = table.Column<string[]>(type: "text[]", nullable: false),
                    facility_ids = table.Column<Guid[]>(type: "uuid[]", nullable: false),
                    life_circle_ids = table.Column<Guid[]>(type: "uuid[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_offering", x => x.id);
                    table.ForeignKey(
                        name: "fk_offering_operator_operator_id",
                        column: x => x.operator_id,
                        principalTable: "operator",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "offering_version",
                columns: table => new
                {
                    offering_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    terms = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_offering_version", x => new { x.offering_id, x.version });
                    table.ForeignKey(
                        name: "fk_offering_version_offering_offering_id",
                        column: x => x.offering_id,
                        principalTable: "offering",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_offering_kind_id",
                table: "offering",
                columns: new[] { "kind", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_offering_operator_id_id",
                table: "offering",
                columns: new[] { "operator_id", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "known_circle");

            migrationBuilder.DropTable(
                name: "known_facility");

            migrationBuilder.DropTable(
                name: "offering_version");

            migrationBuilder.DropTable(
                name: "offering");
        }
    }
}

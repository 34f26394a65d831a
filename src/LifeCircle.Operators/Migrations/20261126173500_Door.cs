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
            migrationBuilder.AddColumn<string[]>(
                name: "remains_in",
                table: "change",
                type: "text[]",
                nullable: true);

            migrationBuilder.AddColumn<string[]>(
                name: "former_area_codes",
                table: "offering",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

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
                name: "feed_position");

            migrationBuilder.DropColumn(
                name: "former_area_codes",
                table: "offering");

            migrationBuilder.DropColumn(
                name: "remains_in",
                table: "change");
        }
    }
}

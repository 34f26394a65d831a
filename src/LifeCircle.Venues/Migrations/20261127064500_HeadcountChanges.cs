using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace LifeCircle.Venues.Migrations
{
    /// <inheritdoc />
    public partial class HeadcountChanges : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Replicas of the version before run on: the database gives their rows a number and now().
            migrationBuilder.AddColumn<long>(
                name: "change_number",
                table: "headcount_session",
                type: "bigint",
                nullable: false)
                .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "changed_at",
                table: "headcount_session",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "change_number",
                table: "headcount_session");

            migrationBuilder.DropColumn(
                name: "changed_at",
                table: "headcount_session");
        }
    }
}

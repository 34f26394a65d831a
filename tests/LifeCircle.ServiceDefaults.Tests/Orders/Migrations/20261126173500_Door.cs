using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LifeCircle.ServiceDefaults.Tests.Orders.Migrations
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "remains_in",
                table: "change");
        }
    }
}

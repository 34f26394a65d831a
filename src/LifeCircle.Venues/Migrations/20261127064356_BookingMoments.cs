using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LifeCircle.Venues.Migrations
{
    /// <inheritdoc />
    public partial class BookingMoments : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Replicas of the version before run on: both may be null, and created_at counts in their place.
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "certain_at",
                table: "booking",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "moved_at",
                table: "booking",
                type: "timestamp with time zone",
                nullable: true);

            // For the sweep: by the end of the hold or the beginning, and none that has ended. The model knows no index of expressions.
            migrationBuilder.Sql("CREATE INDEX ix_booking_due ON booking (coalesce(held_until, starts_at), id) WHERE ended_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX ix_booking_due");

            migrationBuilder.DropColumn(
                name: "certain_at",
                table: "booking");

            migrationBuilder.DropColumn(
                name: "moved_at",
                table: "booking");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LifeCircle.Operators.Migrations
{
    /// <inheritdoc />
    public partial class Evaluation : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "evaluated_complaint",
                columns: table => new
                {
                    complaint_id = table.Column<Guid>(type: "uuid", nullable: false),
                    offer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    upheld = table.Column<bool>(type: "boolean", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_evaluated_complaint", x => x.complaint_id);
                });

            migrationBuilder.CreateTable(
                name: "evaluated_offer",
                columns: table => new
                {
                    offer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    order_id = table.Column<Guid>(type: "uuid", nullable: false),
                    operator_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    division_code = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    offered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    offered_month = table.Column<DateOnly>(type: "date", nullable: true),
                    offered_version = table.Column<long>(type: "bigint", nullable: false),
                    answer = table.Column<string>(type: "text", nullable: true),
                    answered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    answer_version = table.Column<long>(type: "bigint", nullable: false),
                    promised_from = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    promised_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    due_month = table.Column<DateOnly>(type: "date", nullable: true),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    back_filled = table.Column<bool>(type: "boolean", nullable: false),
                    start_version = table.Column<long>(type: "bigint", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: true),
                    rating = table.Column<int>(type: "integer", nullable: true),
                    outcome_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    outcome_version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_evaluated_offer", x => x.offer_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_evaluated_complaint_offer_id",
                table: "evaluated_complaint",
                column: "offer_id");

            migrationBuilder.CreateIndex(
                name: "ix_evaluated_offer_due_month_kind",
                table: "evaluated_offer",
                columns: new[] { "due_month", "kind" });

            migrationBuilder.CreateIndex(
                name: "ix_evaluated_offer_offered_month_kind",
                table: "evaluated_offer",
                columns: new[] { "offered_month", "kind" });

            migrationBuilder.CreateIndex(
                name: "ix_evaluated_offer_operator_id_due_month",
                table: "evaluated_offer",
                columns: new[] { "operator_id", "due_month" });

            migrationBuilder.CreateIndex(
                name: "ix_evaluated_offer_operator_id_offered_month",
                table: "evaluated_offer",
                columns: new[] { "operator_id", "offered_month" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "evaluated_complaint");

            migrationBuilder.DropTable(
                name: "evaluated_offer");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LifeCircle.Operators.Migrations
{
    /// <inheritdoc />
    public partial class Credentials : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "changed_at",
                table: "client",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "created_at",
                table: "client",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<string>(
                name: "environment",
                table: "client",
                type: "text",
                nullable: false,
                defaultValue: "production"); // of rows from before there were two

            migrationBuilder.AddColumn<long>(
                name: "epoch",
                table: "client",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<bool>(
                name: "has_all_scopes",
                table: "client",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "previous_secret_hash",
                table: "client",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "previous_secret_until",
                table: "client",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "version",
                table: "client",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "withdrawn_client",
                columns: table => new
                {
                    client_id = table.Column<string>(type: "text", nullable: false),
                    epoch = table.Column<long>(type: "bigint", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_withdrawn_client", x => x.client_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_client_operator_id",
                table: "client",
                column: "operator_id");

            migrationBuilder.CreateIndex(
                name: "ix_withdrawn_client_expires_at",
                table: "withdrawn_client",
                column: "expires_at");

            migrationBuilder.AddForeignKey(
                name: "fk_client_operator_operator_id",
                table: "client",
                column: "operator_id",
                principalTable: "operator",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_client_operator_operator_id",
                table: "client");

            migrationBuilder.DropTable(
                name: "withdrawn_client");

            migrationBuilder.DropIndex(
                name: "ix_client_operator_id",
                table: "client");

            migrationBuilder.DropColumn(
                name: "changed_at",
                table: "client");

            migrationBuilder.DropColumn(
                name: "created_at",
                table: "client");

            migrationBuilder.DropColumn(
                name: "environment",
                table: "client");

            migrationBuilder.DropColumn(
                name: "epoch",
                table: "client");

            migrationBuilder.DropColumn(
                name: "has_all_scopes",
                table: "client");

            migrationBuilder.DropColumn(
                name: "previous_secret_hash",
                table: "client");

            migrationBuilder.DropColumn(
                name: "previous_secret_until",
                table: "client");

            migrationBuilder.DropColumn(
                name: "version",
                table: "client");
        }
    }
}

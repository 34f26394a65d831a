using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Facilities.Divisions;

internal sealed class DivisionMapping : IEntityTypeConfiguration<Division>
{
    public void Configure(EntityTypeBuilder<Division> division)
    {
        division.ToTable("division", table => table.HasCheckConstraint(
            "ck_division_parent", "parent_code IS NULL AND length(code) = 6 OR parent_code = left(code, length(code) - 3)"));
        division.Property(row => row.Id).ValueGeneratedNever();
        division.Property(row => row.Code).HasMaxLength(12);
        division.Property(row => row.ParentCode).HasMaxLength(12);
        division.Property(row => row.NameZh).HasMaxLength(200);
        division.Property(row => row.NameEn).HasMaxLength(200);
        division.Property(row => row.Boundary).HasColumnType("geometry(MultiPolygon,4326)");
        division.Property(row => row.Version).IsConcurrencyToken();
        division.HasIndex(row => new { row.Code, row.ValidFrom }).IsUnique();
        division.HasIndex(row => row.Boundary).HasMethod("gist");
    }
}

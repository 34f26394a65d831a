using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Facilities.LifeCircles;

internal sealed class CircleMapping : IEntityTypeConfiguration<Circle>
{
    public void Configure(EntityTypeBuilder<Circle> circle)
    {
        circle.ToTable("life_circle", table => table.HasCheckConstraint("ck_life_circle_population",
            "num_nulls(population, population_year, population_source) IN (0, 3)"));
        circle.Property(row => row.Id).ValueGeneratedNever();
        circle.Property(row => row.Code).HasMaxLength(50);
        circle.Property(row => row.NameZh).HasMaxLength(200);
        circle.Property(row => row.NameEn).HasMaxLength(200);
        circle.Property(row => row.ThemeZh).HasMaxLength(200);
        circle.Property(row => row.ThemeEn).HasMaxLength(200);
        circle.Property(row => row.DivisionCode).HasMaxLength(12);
        circle.Property(row => row.Boundary).HasColumnType("geometry(MultiPolygon,4326)");
        circle.Property(row => row.Centre).HasColumnType("geometry(Point,4326)");
        circle.Property(row => row.PopulationSource).HasMaxLength(200);
        circle.Property(row => row.Version).IsConcurrencyToken();
        circle.HasIndex(row => row.Code).IsUnique();
        circle.HasIndex(row => row.Boundary).HasMethod("gist");
    }
}

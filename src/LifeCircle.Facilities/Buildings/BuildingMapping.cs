using LifeCircle.Facilities.LifeCircles;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Facilities.Buildings;

internal sealed class BuildingMapping : IEntityTypeConfiguration<Building>
{
    public void Configure(EntityTypeBuilder<Building> building)
    {
        building.ToTable("building");
        building.Property(row => row.Id).ValueGeneratedNever();
        building.Property(row => row.Source).HasMaxLength(100);
        building.Property(row => row.ExternalId).HasMaxLength(100);
        building.Property(row => row.Location).HasColumnName("position").HasColumnType("geometry(Point,4326)");
        building.Property(row => row.ResidentialAreaM2).HasColumnName("residential_area_m2").HasPrecision(12, 2);
        building.Property(row => row.DivisionCode).HasMaxLength(12);
        building.Property(row => row.Version).IsConcurrencyToken();
        building.HasOne<Circle>().WithMany().HasForeignKey(row => row.LifeCircleId);

        building.HasIndex(row => new { row.Source, row.ExternalId }).IsUnique();
        building.HasIndex(row => row.LifeCircleId);
        building.HasIndex(row => row.Location).HasMethod("gist");
    }
}

using LifeCircle.Operators.Offerings.Terms;
using LifeCircle.Operators.Offerings.Versions;
using LifeCircle.Operators.Operators;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Operators.Offerings;

internal sealed class OfferingMapping : IEntityTypeConfiguration<Offering>
{
    public const string Areas = "_areaCodes";
    public const string FormerAreas = "_formerAreaCodes";
    public const string LifeCircles = "_lifeCircleIds";
    public const string Facilities = "_facilityIds";

    public void Configure(EntityTypeBuilder<Offering> builder)
    {
        builder.ToTable("offering");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.Kind).HasMaxLength(60);
        builder.Property(row => row.TitleZh).HasMaxLength(OfferingTerms.MaximumTitleLength);
        builder.Property(row => row.TitleEn).HasMaxLength(OfferingTerms.MaximumTitleLength);
        builder.Property<string[]>("_divisionCodes").HasColumnName("division_codes");
        builder.Property<Guid[]>(LifeCircles).HasColumnName("life_circle_ids");
        builder.Property<Guid[]>(Facilities).HasColumnName("facility_ids");
        builder.Property<string[]>(Areas).HasColumnName("area_codes");
        builder.Property<string[]>(FormerAreas).HasColumnName("former_area_codes").HasDefaultValueSql("'{}'"); // the version before does not know it
        builder.Property(row => row.Hours).HasConversion(hours => hours.ToString(), text => WeeklyHours.Parse(text));
        builder.Property(row => row.Price).HasPrecision(8, 2);
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.Ignore(row => row.AreaCodes).Ignore(row => row.Terms);
        builder.HasIndex(row => new { row.OperatorId, row.Id });
        builder.HasIndex(row => new { row.Kind, row.Id });

        builder.HasOne<Operator>().WithMany().HasForeignKey(row => row.OperatorId).OnDelete(DeleteBehavior.Restrict);
        builder.HasMany<OfferingVersion>("_versions").WithOne().HasForeignKey(version => version.OfferingId);
    }
}

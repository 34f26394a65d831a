using LifeCircle.Facilities.LifeCircles;
using LifeCircle.Facilities.Places;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Facilities.Facilities;

internal sealed class FacilityMapping : IEntityTypeConfiguration<Facility>
{
    public const string OriginIndex = "ux_facility_source_external_id";
    public const string SearchText = "SearchText";

    public void Configure(EntityTypeBuilder<Facility> facility)
    {
        facility.ToTable("facility", table => table.HasCheckConstraint("ck_facility_origin", "num_nulls(source, external_id) IN (0, 2)"));
        facility.Property(row => row.Id).ValueGeneratedNever();
        facility.Property(row => row.Source).HasMaxLength(100);
        facility.Property(row => row.ExternalId).HasMaxLength(100);
        facility.Property(row => row.Category).HasMaxLength(60);
        facility.Property(row => row.NameZh).HasMaxLength(FacilityDetails.MaximumNameLength);
        facility.Property(row => row.NameEn).HasMaxLength(FacilityDetails.MaximumNameLength);
        facility.Property(row => row.Location).HasColumnName("position").HasColumnType("geometry(Point,4326)");
        facility.Property(row => row.Address).HasMaxLength(FacilityDetails.MaximumAddressLength);
        facility.Property(row => row.DivisionCode).HasMaxLength(12);
        facility.Property(row => row.OpeningHours).HasColumnType("jsonb")
            .HasConversion(hours => hours!.ToJson(), json => OpeningHours.FromJson(json, "opening_hours"));
        facility.Property(row => row.AreaM2).HasColumnName("area_m2").HasPrecision(12, 2);
        facility.Property(row => row.OperatorName).HasMaxLength(FacilityDetails.MaximumNameLength);
        facility.Property(row => row.SuspensionReason).HasMaxLength(300);
        facility.Property(row => row.AssuredBy).HasMaxLength(100);
        facility.Property(row => row.Version).IsConcurrencyToken();
        facility.Ignore(row => row.Position);
        facility.HasOne<Circle>().WithMany().HasForeignKey(row => row.LifeCircleId);

        // Full-width letters and capitals must not hide a name.
        facility.Property<string>(SearchText).HasComputedColumnSql(
            "lower(normalize(name_zh || ' ' || coalesce(name_en, '') || ' ' || coalesce(external_id, ''), NFKC))", stored: true);

        facility.HasIndex(row => new { row.Source, row.ExternalId }).IsUnique().HasDatabaseName(OriginIndex);
        facility.HasIndex(row => new { row.Category, row.Id });
        facility.HasIndex(row => new { row.DivisionCode, row.Id }).HasOperators("text_pattern_ops", null!);
        facility.HasIndex(row => new { row.LifeCircleId, row.Id });
        facility.HasIndex(row => row.Location).HasMethod("gist");
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Facilities.Figures;

/// <summary>
/// The last that was heard of a facility. A row a facility instead of a bare counter, because the queues of different events overtake each
/// other: the version tells which word is the last, and counting is one index scan.
/// </summary>
public sealed class FacilityStanding
{
    public required Guid FacilityId { get; init; }

    public required long Version { get; init; }

    public required string Category { get; init; }

    public Guid? LifeCircleId { get; init; }

    public required bool IsOpen { get; init; }
}

internal sealed class FacilityStandingMapping : IEntityTypeConfiguration<FacilityStanding>
{
    public void Configure(EntityTypeBuilder<FacilityStanding> standing)
    {
        standing.ToTable("facility_standing");
        standing.HasKey(row => row.FacilityId);
        standing.Property(row => row.FacilityId).ValueGeneratedNever();
        standing.HasIndex(row => new { row.LifeCircleId, row.Category }).HasFilter("is_open");
    }
}

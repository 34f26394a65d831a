using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Operators.Places;

/// <summary>The last that was heard of a facility of the Facilities service.</summary>
public sealed class KnownFacility
{
    public required Guid FacilityId { get; init; }

    public required long Version { get; init; }

    public required string DivisionCode { get; init; }

    /// <summary>For good.</summary>
    public required bool IsClosed { get; init; }
}

/// <summary>The last that was heard of a life circle of the Facilities service.</summary>
public sealed class KnownCircle
{
    public required Guid LifeCircleId { get; init; }

    public required long Version { get; init; }

    /// <summary>The division that leads it.</summary>
    public required string DivisionCode { get; init; }
}

internal sealed class KnownFacilityMapping : IEntityTypeConfiguration<KnownFacility>
{
    public void Configure(EntityTypeBuilder<KnownFacility> builder)
    {
        builder.ToTable("known_facility");
        builder.HasKey(row => row.FacilityId);
        builder.Property(row => row.FacilityId).ValueGeneratedNever();
        builder.Property(row => row.DivisionCode).HasMaxLength(12);
    }
}

internal sealed class KnownCircleMapping : IEntityTypeConfiguration<KnownCircle>
{
    public void Configure(EntityTypeBuilder<KnownCircle> builder)
    {
        builder.ToTable("known_circle");
        builder.HasKey(row => row.LifeCircleId);
        builder.Property(row => row.LifeCircleId).ValueGeneratedNever();
        builder.Property(row => row.DivisionCode).HasMaxLength(12);
    }
}

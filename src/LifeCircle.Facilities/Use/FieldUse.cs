using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Facilities.Use;

/// <summary>How a field of a facility was used in one hour, as the Venues service has measured it.</summary>
public sealed class FieldUse
{
    public required Guid FieldId { get; init; }

    /// <summary>When the hour began.</summary>
    public required DateTimeOffset Hour { get; init; }

    public required Guid FacilityId { get; init; }

    /// <summary>The day of the hour in the district.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>0 to 23, by the district's clocks.</summary>
    public required int HourOfDay { get; init; }

    public required int OfferedMinutes { get; init; }

    public required int BookedMinutes { get; init; }

    public required int Attended { get; init; }

    public required int Refused { get; init; }

    public required int NoShows { get; init; }
}

internal sealed class FieldUseMapping : IEntityTypeConfiguration<FieldUse>
{
    public void Configure(EntityTypeBuilder<FieldUse> builder)
    {
        builder.ToTable("field_use");
        builder.HasKey(row => new { row.FieldId, row.Hour });
        builder.HasIndex(row => new { row.Day, row.FacilityId });
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Feeds.OpenActive;

/// <summary>Which feed.</summary>
public enum OpenFeed
{
    FacilityUses,
    Slots,
}

/// <summary>An item of the open data as it was published last. Written by <see cref="OpenItems"/> alone, under its lock.</summary>
public sealed class OpenItem
{
    /// <summary>A slot's is made from its field, unit and beginning, so that one which comes back is the same.</summary>
    public required string Id { get; init; }

    public required OpenFeed Feed { get; init; }

    /// <summary>As RPDE has it.</summary>
    public required string Kind { get; init; }

    public required Guid FieldId { get; init; }

    /// <summary>Of a slot.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>Of a slot.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Its place in the feeds, which grows with each change: microseconds since 1970, or one more than the last.</summary>
    public required long Modified { get; init; }

    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>JSON with <see cref="OpenJson.Base"/> where addresses begin; null once it is deleted.</summary>
    public string? Data { get; init; }

    /// <summary>Of a facility use: the last day whose slots are published.</summary>
    public DateOnly? CoveredUntil { get; init; }
}

internal sealed class OpenItemMapping : IEntityTypeConfiguration<OpenItem>
{
    public void Configure(EntityTypeBuilder<OpenItem> builder)
    {
        builder.ToTable("open_item");
        builder.Property(row => row.Id).HasMaxLength(100);
        builder.Property(row => row.Kind).HasMaxLength(40);
        builder.HasIndex(row => row.Modified).IsUnique().HasDatabaseName("ux_open_item_modified");
        builder.HasIndex(row => new { row.Feed, row.Modified });
        builder.HasIndex(row => new { row.FieldId, row.Day });
        builder.HasIndex(row => row.StartsAt).HasFilter("data IS NOT NULL").HasDatabaseName("ix_open_item_to_come");
    }
}

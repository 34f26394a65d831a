using System.Text.Json;
using LifeCircle.Operators.Offerings.Terms;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Operators.Offerings.Versions;

/// <summary>An offering as it was, never changed: what was ordered under it is priced by it.</summary>
public sealed class OfferingVersion
{
    private OfferingVersion() { }

    public Guid OfferingId { get; private set; }

    public long Version { get; private set; }

    public OfferingState State { get; private set; }

    public DateTimeOffset At { get; private set; }

    internal OfferingTerms Terms { get; private set; } = null!;

    internal static OfferingVersion Of(Offering now) => new()
    {
        OfferingId = now.Id,
        Version = now.Version,
        State = now.State,
        At = now.ChangedAt,
        Terms = now.Terms,
    };
}

internal sealed class OfferingVersionMapping : IEntityTypeConfiguration<OfferingVersion>
{
    public void Configure(EntityTypeBuilder<OfferingVersion> builder)
    {
        builder.ToTable("offering_version");
        builder.HasKey(row => new { row.OfferingId, row.Version });
        builder.Property(row => row.Terms).HasColumnType("jsonb").HasConversion(
            terms => JsonSerializer.Serialize(terms, Json.Options), json => JsonSerializer.Deserialize<OfferingTerms>(json, Json.Options)!);
    }
}

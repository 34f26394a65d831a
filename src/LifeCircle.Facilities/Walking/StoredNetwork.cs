using LifeCircle.Contracts.Facilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Facilities.Walking;

/// <summary>A network that was imported; the newest one answers.</summary>
public sealed class StoredNetwork
{
    private StoredNetwork() { }

    public Guid Id { get; private set; }

    public int Junctions { get; private set; }

    public int Edges { get; private set; }

    /// <summary>The <see cref="StreetsReport"/> of its import, as JSON.</summary>
    public string Report { get; private set; } = "";

    public DateTimeOffset ImportedAt { get; private set; }

    internal static StoredNetwork Of(WalkingNetwork network, string report, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Junctions = network.JunctionCount,
        Edges = network.Edges.Count,
        Report = report,
        ImportedAt = now,
    };

    internal WalkingNetworkImported Imported() => new(Id, Version: 1, Junctions, Edges, ImportedAt);
}

/// <summary>Some megabytes of a network.</summary>
public sealed class StoredNetworkPart
{
    public const int Size = 4 * 1024 * 1024;

    public required Guid NetworkId { get; init; }

    public required int Part { get; init; }

    public required byte[] Content { get; init; }
}

internal sealed class StoredNetworkMapping : IEntityTypeConfiguration<StoredNetwork>, IEntityTypeConfiguration<StoredNetworkPart>
{
    public void Configure(EntityTypeBuilder<StoredNetwork> network)
    {
        network.ToTable("walking_network");
        network.Property(row => row.Id).ValueGeneratedNever();
        network.Property(row => row.Report).HasColumnType("jsonb");
        network.HasIndex(row => row.ImportedAt);
    }

    public void Configure(EntityTypeBuilder<StoredNetworkPart> part)
    {
        part.ToTable("walking_network_part");
        part.HasKey(row => new { row.NetworkId, row.Part });
        part.HasOne<StoredNetwork>().WithMany().HasForeignKey(row => row.NetworkId).OnDelete(DeleteBehavior.Cascade);
    }
}

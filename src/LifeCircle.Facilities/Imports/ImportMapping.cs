using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Facilities.Imports;

internal sealed class ImportMapping : IEntityTypeConfiguration<Import>, IEntityTypeConfiguration<ImportChunk>, IEntityTypeConfiguration<ImportError>
{
    public void Configure(EntityTypeBuilder<Import> import)
    {
        import.ToTable("import");
        import.Property(row => row.Id).ValueGeneratedNever();
        import.Property(row => row.Kind).HasMaxLength(40);
        import.Property(row => row.Source).HasMaxLength(100);
        import.Property(row => row.MediaType).HasMaxLength(100);
        import.Property(row => row.IdempotencyKey).HasMaxLength(255);
        import.Property(row => row.Result).HasColumnType("jsonb");
        import.ComplexProperty(row => row.Counts, counts =>
        {
            counts.Property(row => row.BytesRead).HasColumnName("bytes_read");
            counts.Property(row => row.Read).HasColumnName("rows_read");
            counts.Property(row => row.Created).HasColumnName("rows_created");
            counts.Property(row => row.Changed).HasColumnName("rows_changed");
            counts.Property(row => row.Unchanged).HasColumnName("rows_unchanged");
            counts.Property(row => row.Bad).HasColumnName("rows_bad");
        });
        import.HasIndex(row => new { row.ClientId, row.IdempotencyKey }).IsUnique();
        import.HasIndex(row => new { row.QueuedAt, row.Id }).HasFilter("state IN ('receiving', 'queued', 'running')").HasDatabaseName("ix_import_unfinished");
    }

    public void Configure(EntityTypeBuilder<ImportChunk> chunk)
    {
        chunk.ToTable("import_chunk");
        chunk.HasKey(row => new { row.ImportId, row.Number });
        chunk.HasOne<Import>().WithMany().HasForeignKey(row => row.ImportId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ImportError> error)
    {
        error.ToTable("import_error");
        error.Property(row => row.Id).UseIdentityAlwaysColumn();
        error.HasOne<Import>().WithMany().HasForeignKey(row => row.ImportId).OnDelete(DeleteBehavior.Cascade);
        error.HasIndex(row => new { row.ImportId, row.Line, row.Id });
    }
}

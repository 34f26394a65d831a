using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Use;

/// <summary>How far the use of a school's fields has been measured.</summary>
public sealed class UseMark
{
    public required Guid SchoolId { get; init; }

    /// <summary>The first hour that has not been measured.</summary>
    public required DateTimeOffset Until { get; set; }
}

internal sealed class UseMarkMapping : IEntityTypeConfiguration<UseMark>
{
    public void Configure(EntityTypeBuilder<UseMark> builder)
    {
        builder.ToTable("use_mark");
        builder.HasKey(row => row.SchoolId);
        builder.Property(row => row.SchoolId).ValueGeneratedNever();
        builder.HasOne<School>().WithOne().HasForeignKey<UseMark>(row => row.SchoolId);
    }
}

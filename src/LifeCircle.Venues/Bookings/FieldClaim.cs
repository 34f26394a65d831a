using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NpgsqlTypes;

namespace LifeCircle.Venues.Bookings;

/// <summary>
/// The truth about who has which parts of a field when: the table refuses two claims that have a part and a moment in common (<c>EXCLUDE USING gist</c>, in the
/// migration). Written by <see cref="Claims"/> alone.
/// </summary>
public sealed class FieldClaim
{
    public required Guid BookingId { get; init; }

    public required Guid FieldId { get; init; }

    public required NpgsqlRange<int> Parts { get; init; }

    public required NpgsqlRange<DateTime> During { get; init; }
}

/// <summary>How many places of a slot are taken where a field is booked by headcount. Written by <see cref="Claims"/> alone.</summary>
public sealed class HeadcountSession
{
    public required Guid FieldId { get; init; }

    public required DateTimeOffset StartsAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public required int Taken { get; init; }

    /// <summary>Higher with each change of it, whether or not there was none of it in between.</summary>
    public required long ChangeNumber { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }
}

internal sealed class FieldClaimMapping : IEntityTypeConfiguration<FieldClaim>
{
    public void Configure(EntityTypeBuilder<FieldClaim> builder)
    {
        builder.ToTable("field_claim");
        builder.HasKey(row => row.BookingId);
        builder.Property(row => row.BookingId).ValueGeneratedNever();
    }
}

internal sealed class HeadcountSessionMapping : IEntityTypeConfiguration<HeadcountSession>
{
    public void Configure(EntityTypeBuilder<HeadcountSession> builder)
    {
        builder.ToTable("headcount_session", table => table.HasCheckConstraint("ck_headcount_session_taken", "taken >= 0"));
        builder.HasKey(row => new { row.FieldId, row.StartsAt });
        builder.Property(row => row.ChangeNumber).UseIdentityByDefaultColumn();
        builder.Property(row => row.ChangedAt).HasDefaultValueSql("now()");
    }
}

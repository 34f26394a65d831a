using System.Security.Cryptography;
using System.Text;
using LifeCircle.Venues.Bookings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Companions;

/// <summary>The way into a booking for those who come along. There is one at a time: another code takes the place of the one before.</summary>
public sealed class Invitation
{
    // 80 bits; without letters that are taken for digits when it is told on the phone (Crockford's base 32).
    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 16;

    private Invitation() { }

    public Guid BookingId { get; private set; }

    /// <summary>SHA-256 of the code: who reads the database cannot join.</summary>
    public byte[] CodeHash { get; private set; } = [];

    public DateTimeOffset CreatedAt { get; private set; }

    internal static Invitation Of(Guid bookingId) => new() { BookingId = bookingId };

    /// <summary>Returns the new code, which is kept nowhere.</summary>
    internal string Renew(DateTimeOffset now)
    {
        var code = RandomNumberGenerator.GetString(Letters, Length);
        (CodeHash, CreatedAt) = (HashOf(code), now);
        return code;
    }

    internal static byte[] HashOf(string code) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(code.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant()));
}

internal sealed class InvitationMapping : IEntityTypeConfiguration<Invitation>
{
    public void Configure(EntityTypeBuilder<Invitation> builder)
    {
        builder.ToTable("invitation");
        builder.HasKey(row => row.BookingId);
        builder.Property(row => row.BookingId).ValueGeneratedNever();
        builder.HasIndex(row => row.CodeHash).IsUnique().HasDatabaseName("ux_invitation_code");
        builder.HasOne<Booking>().WithOne().HasForeignKey<Invitation>(row => row.BookingId);
    }
}

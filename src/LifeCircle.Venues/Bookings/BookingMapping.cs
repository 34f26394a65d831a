using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Series;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Bookings;

internal sealed class BookingMapping : IEntityTypeConfiguration<Booking>
{
    public void Configure(EntityTypeBuilder<Booking> builder)
    {
        builder.ToTable("booking");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.DivisionCode).HasMaxLength(12);
        builder.Property(row => row.Unit).HasMaxLength(30);
        builder.Property(row => row.From).HasColumnName("starts_at");
        builder.Property(row => row.Until).HasColumnName("ends_at");
        builder.Property(row => row.Group!).HasColumnName("group_details").IsJson();
        builder.Property(row => row.Fee).HasPrecision(8, 2);
        builder.Property(row => row.PaymentReference).HasMaxLength(100);
        builder.Property(row => row.EntryCode).HasMaxLength(6);
        builder.Property(row => row.ReasonZh).HasMaxLength(300);
        builder.Property(row => row.ReasonEn).HasMaxLength(300);
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.Ignore(row => row.HoldsPlace).Ignore(row => row.Span);
        builder.HasIndex(row => new { row.SchoolId, row.From });
        builder.HasIndex(row => new { row.PersonId, row.From });
        builder.HasIndex(row => new { row.FieldId, row.From });
        builder.HasIndex(row => row.SeriesId).HasFilter("series_id IS NOT NULL");
        builder.HasOne<BookingSeries>().WithMany().HasForeignKey(row => row.SeriesId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Field>().WithMany().HasForeignKey(row => row.FieldId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Person>().WithMany().HasForeignKey(row => row.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

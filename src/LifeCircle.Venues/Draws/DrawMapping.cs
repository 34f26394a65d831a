using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Draws.Entries;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Persons;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Draws;

internal sealed class DrawMapping : IEntityTypeConfiguration<Draw>
{
    public void Configure(EntityTypeBuilder<Draw> builder)
    {
        builder.ToTable("draw");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.TitleZh).HasMaxLength(100);
        builder.Property(row => row.TitleEn).HasMaxLength(100);
        builder.Property(row => row.Slots).IsJson();
        builder.Property(row => row.SealedSeed).IsSealed(Draw.SeedColumn);
        builder.Property(row => row.ReasonZh).HasMaxLength(300);
        builder.Property(row => row.ReasonEn).HasMaxLength(300);
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.Ignore(row => row.IsLive);
        builder.HasIndex(row => new { row.SchoolId, row.State });
        builder.HasIndex(row => row.ClosesAt).HasFilter("state IN ('announced', 'closed')"); // what the sweep looks for
        builder.HasOne<Field>().WithMany().HasForeignKey(row => row.FieldId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class DrawEntryMapping : IEntityTypeConfiguration<DrawEntry>
{
    public const string OneAPerson = "ux_draw_entry_person";

    public void Configure(EntityTypeBuilder<DrawEntry> builder)
    {
        builder.ToTable("draw_entry");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.Group!).HasColumnName("group_details").IsJson();
        builder.Property(row => row.Preferences).IsJson();
        builder.Property(row => row.Tried).IsJson();
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.HasIndex(row => new { row.DrawId, row.PersonId }).IsUnique().HasFilter("state <> 'withdrawn'").HasDatabaseName(OneAPerson);
        builder.HasOne<Draw>().WithMany().HasForeignKey(row => row.DrawId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Person>().WithMany().HasForeignKey(row => row.PersonId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Booking>().WithMany().HasForeignKey(row => row.BookingId).OnDelete(DeleteBehavior.Restrict);
    }
}

using LifeCircle.Venues.Bookings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Feeds.OpenActive;

/// <summary>
/// A note, written in the transaction of a change, that open data may be out of date: of a field on a day, or of a whole school. A row of its own rather than an
/// event: it need not leave the database, a hundred bookings of a day are one look at that day, and the feed does not wait for the broker.
/// </summary>
public sealed class OpenSlotsDue
{
    public required Guid Id { get; init; }

    public required Guid SchoolId { get; init; }

    /// <summary>Null: all of the school.</summary>
    public Guid? FieldId { get; init; }

    public DateOnly? Day { get; init; }
}

internal static class OpenSlotsNotes
{
    /// <summary>A place was taken or given back; with the next SaveChanges.</summary>
    public static void NoteOpenSlots(this VenuesDbContext db, Booking booking) => db.Add(new OpenSlotsDue
    {
        Id = Guid.CreateVersion7(),
        SchoolId = booking.SchoolId,
        FieldId = booking.FieldId,
        Day = ServiceDefaults.DistrictDay.Of(booking.From),
    });
}

internal sealed class OpenSlotsDueMapping : IEntityTypeConfiguration<OpenSlotsDue>
{
    public void Configure(EntityTypeBuilder<OpenSlotsDue> builder)
    {
        builder.ToTable("open_slots_due");
        builder.Property(row => row.Id).ValueGeneratedNever();
    }
}

using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Persons;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Companions;

/// <summary>Somebody who comes along, by invitation. Nobody has to be named; who is stands on the gate's list.</summary>
public sealed class Companion
{
    private Companion() { }

    public Guid Id { get; private set; }

    public Guid BookingId { get; private set; }

    /// <summary>The account: who comes along today books tomorrow, and one identity is one account.</summary>
    public Guid PersonId { get; private set; }

    public DateTimeOffset JoinedAt { get; private set; }

    internal static Companion Join(Guid bookingId, Guid personId, DateTimeOffset now) =>
        new() { Id = Guid.CreateVersion7(), BookingId = bookingId, PersonId = personId, JoinedAt = now };
}

internal sealed class CompanionMapping : IEntityTypeConfiguration<Companion>
{
    public void Configure(EntityTypeBuilder<Companion> builder)
    {
        builder.ToTable("companion");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.HasIndex(row => new { row.BookingId, row.PersonId }).IsUnique().HasDatabaseName("ux_companion_person");
        builder.HasIndex(row => row.PersonId);
        builder.HasOne<Booking>().WithMany().HasForeignKey(row => row.BookingId);
        builder.HasOne<Person>().WithMany().HasForeignKey(row => row.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

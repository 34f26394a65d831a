using LifeCircle.Contracts.Venues;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Bookings.Making;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using LifeCircle.Venues.Terms;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Waitlists;

/// <summary>Where somebody who waits for a slot stands.</summary>
public enum WaitlistState
{
    /// <summary>In line. Also while the slot is closed: a closure may be lifted.</summary>
    Waiting,

    /// <summary>A booking is held for the person for some minutes; to be confirmed as any other hold.</summary>
    Offered,

    /// <summary>The offer was confirmed.</summary>
    Booked,

    /// <summary>The offer was not confirmed in time, or the slot has begun.</summary>
    Lapsed,

    /// <summary>The person does not want it any more.</summary>
    Withdrawn,
}

/// <summary>Somebody waits for a slot that was taken. Whoever came first and fits is offered the place that becomes free.</summary>
public sealed class WaitlistEntry
{
    private WaitlistEntry() { }

    public Guid Id { get; private set; }

    /// <summary>The order of the line, dealt by the database under the lock of the line.</summary>
    public long Number { get; private set; }

    public Guid SchoolId { get; private set; }

    public Guid FieldId { get; private set; }

    public string DivisionCode { get; private set; } = "";

    public Guid PersonId { get; private set; }

    /// <summary>The operator whose client asked; null for a system of the district.</summary>
    public Guid? OperatorId { get; private set; }

    /// <summary>Code of the unit; null where the field is booked by headcount.</summary>
    public string? Unit { get; private set; }

    public DateTimeOffset From { get; private set; }

    public DateTimeOffset Until { get; private set; }

    public int PartySize { get; private set; }

    public BookingGroup? Group { get; private set; }

    public FreeGroup? FreeGroup { get; private set; }

    public WaitlistState State { get; private set; }

    /// <summary>The held booking that was offered.</summary>
    public Guid? BookingId { get; private set; }

    public DateTimeOffset? OfferedUntil { get; private set; }

    /// <summary>Code of the rule for which the person was passed over when there was a place.</summary>
    public string? PassedOverBecause { get; private set; }

    public DateTimeOffset? PassedOverAt { get; private set; }

    public long Version { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    internal Span Span => new(From, Until);

    internal static WaitlistEntry Join(School school, Field field, BookingDetails details, Guid personId, Guid? operatorId, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        SchoolId = school.Id,
        FieldId = field.Id,
        DivisionCode = school.DivisionCode,
        PersonId = personId,
        OperatorId = operatorId,
        Unit = details.Unit?.Code,
        From = details.Span.From,
        Until = details.Span.Until,
        PartySize = details.PartySize,
        Group = details.Group,
        FreeGroup = details.FreeGroup,
        Version = 1,
        CreatedAt = now,
        ChangedAt = now,
    };

    /// <summary>What was asked for, to be read against the school's setup of another day.</summary>
    internal SlotRequest Wanted() => new()
    {
        FieldId = FieldId,
        Unit = Unit,
        From = From,
        Until = Until,
        PartySize = PartySize,
        FreeGroup = FreeGroup,
        Group = Group is { } group ? new() { Name = group.Name, InsuranceReference = group.InsuranceReference } : null,
    };

    /// <summary>There is a place, held for the person.</summary>
    internal WaitlistOffered Offer(Booking held, DateTimeOffset now)
    {
        (BookingId, OfferedUntil, PassedOverBecause, PassedOverAt) = (held.Id, held.HeldUntil, null, null);
        Enter(WaitlistState.Offered, now);
        return new(Id, Version, SchoolId, FieldId, OperatorId, held.Id, From, Until, Unit, PartySize, held.HeldUntil!.Value, now);
    }

    /// <summary>There was a place, but the person may not have it now. It stays in line.</summary>
    internal void PassOver(Rule because, DateTimeOffset now)
    {
        if (PassedOverBecause == because.Code) return; // told already
        (PassedOverBecause, PassedOverAt) = (because.Code, now);
        Enter(WaitlistState.Waiting, now);
    }

    internal void Withdraw(DateTimeOffset now)
    {
        if (State is not WaitlistState.Waiting) throw new RuleBroken(WaitlistRules.Over);
        Enter(WaitlistState.Withdrawn, now);
    }

    /// <summary>The booking that was offered has become certain, or has ended.</summary>
    internal void Follow(Booking offered, DateTimeOffset now)
    {
        if (State is not WaitlistState.Offered || BookingId != offered.Id) return;
        OfferedUntil = null;
        // What the school has taken away, as by a closure, is nobody's refusal: the person keeps the place in the line.
        if (offered.State is BookingState.CancelledBySchool) BookingId = null;
        Enter(offered.State switch
        {
            BookingState.CancelledBySchool => WaitlistState.Waiting,
            BookingState.CancelledByUser => WaitlistState.Withdrawn,
            BookingState.Expired => WaitlistState.Lapsed,
            _ => WaitlistState.Booked,
        }, now);
    }

    private void Enter(WaitlistState state, DateTimeOffset now) => (State, ChangedAt, Version) = (state, now, Version + 1);
}

internal sealed class WaitlistEntryMapping : IEntityTypeConfiguration<WaitlistEntry>
{
    public void Configure(EntityTypeBuilder<WaitlistEntry> builder)
    {
        builder.ToTable("waitlist_entry");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.Number).UseIdentityAlwaysColumn();
        builder.Property(row => row.DivisionCode).HasMaxLength(12);
        builder.Property(row => row.Unit).HasMaxLength(30);
        builder.Property(row => row.From).HasColumnName("starts_at");
        builder.Property(row => row.Until).HasColumnName("ends_at");
        builder.Property(row => row.Group!).HasColumnName("group_details").IsJson();
        builder.Property(row => row.PassedOverBecause).HasMaxLength(60);
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.Ignore(row => row.Span);
        builder.HasIndex(row => new { row.FieldId, row.From });
        builder.HasIndex(row => new { row.SchoolId, row.From }).HasFilter("state = 'waiting'");
        builder.HasIndex(row => new { row.PersonId, row.From });
        builder.HasOne<Field>().WithMany().HasForeignKey(row => row.FieldId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Person>().WithMany().HasForeignKey(row => row.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

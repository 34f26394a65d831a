using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Series;

/// <summary>What becomes of a recurring booking of which some occurrences cannot be had.</summary>
public enum SeriesPolicy
{
    /// <summary>Nothing is booked then.</summary>
    All,

    /// <summary>What can be had is booked, and the rest listed.</summary>
    Possible,
}

/// <summary>An occurrence that could not be had.</summary>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
/// <param name="Code">The rule that it broke.</param>
public sealed record MissedOccurrence(DateTimeOffset From, DateTimeOffset Until, string Code);

/// <summary>A recurring booking: each occurrence is a booking of its own, made together with the others.</summary>
public sealed class BookingSeries
{
    private BookingSeries() { }

    public Guid Id { get; private set; }

    public Guid SchoolId { get; private set; }

    public Guid FieldId { get; private set; }

    public string DivisionCode { get; private set; } = "";

    public Guid PersonId { get; private set; }

    /// <summary>The operator whose client booked it; null for a system of the district.</summary>
    public Guid? OperatorId { get; private set; }

    /// <summary>The rule of RFC 5545 by which its days recur.</summary>
    public string Repeats { get; private set; } = "";

    public SeriesPolicy Policy { get; private set; }

    /// <summary>What could not be had, with the policy <see cref="SeriesPolicy.Possible"/>.</summary>
    public IReadOnlyList<MissedOccurrence> Missed { get; private set; } = [];

    /// <summary>All that were to come were given back.</summary>
    public DateTimeOffset? CancelledAt { get; private set; }

    public long Version { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    internal static BookingSeries Make(School school, Guid fieldId, Guid personId, Guid? operatorId, string repeats, SeriesPolicy policy, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        SchoolId = school.Id,
        FieldId = fieldId,
        DivisionCode = school.DivisionCode,
        PersonId = personId,
        OperatorId = operatorId,
        Repeats = repeats,
        Policy = policy,
        Version = 1,
        CreatedAt = now,
        ChangedAt = now,
    };

    internal void Miss(IReadOnlyList<MissedOccurrence> missed) => Missed = missed;

    /// <summary>What is to come of it is given back.</summary>
    internal void Cancel(DateTimeOffset now) => (CancelledAt, ChangedAt, Version) = (now, now, Version + 1);
}

internal sealed class BookingSeriesMapping : IEntityTypeConfiguration<BookingSeries>
{
    public void Configure(EntityTypeBuilder<BookingSeries> builder)
    {
        builder.ToTable("booking_series");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.DivisionCode).HasMaxLength(12);
        builder.Property(row => row.Repeats).HasMaxLength(SeriesRequest.LongestRule);
        builder.Property(row => row.Missed).IsJson();
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.HasIndex(row => row.PersonId);
        builder.HasIndex(row => row.SchoolId);
        builder.HasOne<Field>().WithMany().HasForeignKey(row => row.FieldId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Person>().WithMany().HasForeignKey(row => row.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}

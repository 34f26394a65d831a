using LifeCircle.Contracts.Venues;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Closures;

/// <summary>Why fields are closed.</summary>
public enum ClosureReason
{
    Exam,
    Event,
    MilitaryTraining,
    Weather,
    AirQuality,
    Maintenance,
    Emergency,

    /// <summary>The facility was suspended or closed; told by the Facilities service.</summary>
    Facility,

    Other,
}

/// <summary>Fields are closed for a while, whatever the sharing hours say; announced with a reason.</summary>
public sealed class Closure
{
    private Guid[] _fieldIds = [];

    private Closure() { }

    public Guid Id { get; private set; }

    public Guid SchoolId { get; private set; }

    /// <summary>Empty: all fields of the school.</summary>
    public IReadOnlyList<Guid> FieldIds => _fieldIds;

    public DateTimeOffset From { get; private set; }

    /// <summary>First moment open again; null while that is not known.</summary>
    public DateTimeOffset? Until { get; private set; }

    public ClosureReason Reason { get; private set; }

    public string TextZh { get; private set; } = "";

    public string? TextEn { get; private set; }

    public DateTimeOffset AnnouncedAt { get; private set; }

    /// <summary>It does not count any more.</summary>
    public DateTimeOffset? LiftedAt { get; private set; }

    /// <summary>It comes and goes with the facility, and nobody else changes it.</summary>
    public bool FollowsFacility { get; private set; }

    public long Version { get; private set; }

    /// <summary>When it closes something, or did until it was lifted; empty if it was lifted before it began.</summary>
    internal Span Span => new(From, LiftedAt < Until || Until is null ? LiftedAt ?? DateTimeOffset.MaxValue : Until.Value);

    internal bool Closes(Guid fieldId) => _fieldIds is [] || _fieldIds.Contains(fieldId);

    internal static Closure Announce(Guid schoolId, ClosureDetails details, DateTimeOffset now)
    {
        var closure = new Closure { Id = Guid.CreateVersion7(), SchoolId = schoolId, AnnouncedAt = now };
        closure.Take(details);
        closure.Version = 1;
        return closure;
    }

    /// <summary>One that follows the facility.</summary>
    internal static Closure Follow(Guid schoolId, ClosureDetails details, DateTimeOffset now)
    {
        var closure = Announce(schoolId, details, now);
        closure.FollowsFacility = true;
        return closure;
    }

    /// <summary>The facility says something else.</summary>
    internal void FollowAgain(ClosureDetails details)
    {
        Take(details);
        Version++;
    }

    /// <summary>The facility is open again.</summary>
    internal void Reopen(DateTimeOffset now) => (LiftedAt, Version) = (now, Version + 1);

    internal void Change(ClosureDetails details, DateTimeOffset now)
    {
        RequireOwn(now);
        Take(details);
        Version++;
    }

    internal void Lift(DateTimeOffset now)
    {
        RequireOwn(now);
        (LiftedAt, Version) = (now, Version + 1);
    }

    /// <summary>The event of its newest version.</summary>
    internal ClosureAnnounced Announced(DateTimeOffset now) => new(Id, Version, SchoolId, FieldIds, From, Until, WireNames.Of(Reason), LiftedAt is not null, now);

    private void RequireOwn(DateTimeOffset now)
    {
        if (FollowsFacility) throw new RuleBroken(VenuesRules.ClosureOfFacility);
        if (LiftedAt is not null || Until <= now) throw new RuleBroken(VenuesRules.ClosureEnded);
    }

    private void Take(ClosureDetails details)
    {
        (_fieldIds, From, Until, Reason) = ([.. details.FieldIds], details.From, details.Until, details.Reason);
        (TextZh, TextEn) = (details.TextZh, details.TextEn);
    }
}

/// <summary>When a facility is out of service.</summary>
internal sealed record FacilitySuspension(DateTimeOffset From, DateTimeOffset? Until, string Reason);

/// <summary>What is said about a closure, read and found good.</summary>
internal sealed record ClosureDetails(
    IReadOnlyList<Guid> FieldIds, DateTimeOffset From, DateTimeOffset? Until, ClosureReason Reason, string TextZh, string? TextEn);

internal sealed class ClosureMapping : IEntityTypeConfiguration<Closure>
{
    public const int MaximumTextLength = 300;

    public void Configure(EntityTypeBuilder<Closure> builder)
    {
        builder.ToTable("closure");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property<Guid[]>("_fieldIds").HasColumnName("field_ids");
        builder.Ignore(row => row.FieldIds).Ignore(row => row.Span);
        builder.Property(row => row.From).HasColumnName("starts_at");
        builder.Property(row => row.Until).HasColumnName("ends_at");
        builder.Property(row => row.TextZh).HasMaxLength(MaximumTextLength);
        builder.Property(row => row.TextEn).HasMaxLength(MaximumTextLength);
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.HasIndex(row => new { row.SchoolId, row.Until });
        builder.HasOne<School>().WithMany().HasForeignKey(row => row.SchoolId);
    }
}

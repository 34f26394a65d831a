using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Fields;

/// <summary>How a field is booked.</summary>
public enum BookingMode
{
    /// <summary>A unit of it at a time belongs to one booking: the whole, or a part.</summary>
    Exclusive,

    /// <summary>Places on it, up to a number of persons at a time.</summary>
    Headcount,
}

/// <summary>What one plays on.</summary>
public enum Surface
{
    NaturalGrass,
    ArtificialGrass,
    Rubber,
    Concrete,
    Wood,
    Pvc,
    Sand,
    Water,
    Other,
}

/// <summary>
/// What can be booked of a field that is divided: adjacent parts, numbered from 0 as [from, until). The whole blocks its parts and the reverse, because
/// two bookings at one time may have no part in common.
/// </summary>
/// <param name="Code">Short and stable within the field, e.g. <c>half_east</c>.</param>
/// <param name="NameZh">Shown to residents.</param>
/// <param name="NameEn">The same in English.</param>
/// <param name="From">First part.</param>
/// <param name="Until">The part behind the last.</param>
public sealed record FieldUnit(string Code, string NameZh, string? NameEn, int From, int Until)
{
    public const string Whole = "whole";
}

/// <summary>A way in.</summary>
/// <param name="NameZh">Shown to residents, e.g. 东门.</param>
/// <param name="NameEn">The same in English.</param>
/// <param name="StepFree">Whether people who cannot climb steps get in.</param>
public sealed record Gate(string NameZh, string? NameEn, bool StepFree);

/// <summary>A field or court of a school.</summary>
public sealed class Field
{
    public const int MaximumParts = 24;

    private string[] _sports = [];

    private Field() { }

    public Guid Id { get; private set; }

    public Guid SchoolId { get; private set; }

    public string NameZh { get; private set; } = "";

    public string? NameEn { get; private set; }

    public BookingMode Mode { get; private set; }

    /// <summary>How many parts it has; 1 where it is booked by headcount.</summary>
    public int Parts { get; private set; }

    /// <summary>What can be booked of it, the whole first; empty where it is booked by headcount.</summary>
    public IReadOnlyList<FieldUnit> Units { get; private set; } = [];

    /// <summary>Persons at a time: on a unit where it is booked exclusively, on the field where by headcount.</summary>
    public int Capacity { get; private set; }

    public Surface Surface { get; private set; }

    /// <summary>Codes of the catalogue.</summary>
    public IReadOnlyList<string> Sports => _sports;

    public bool Indoor { get; private set; }

    public bool Lighting { get; private set; }

    public IReadOnlyList<Gate> Gates { get; private set; } = [];

    public Accessibility Accessibility { get; private set; }

    public string? RulesZh { get; private set; }

    public string? RulesEn { get; private set; }

    /// <summary>References to photos in the district's file store.</summary>
    public IReadOnlyList<string> Photos { get; private set; } = [];

    /// <summary>Not shared any more, for good.</summary>
    public DateTimeOffset? RetiredAt { get; private set; }

    public long Version { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    internal static Field Register(Guid schoolId, FieldDetails details, DateTimeOffset now)
    {
        var field = new Field { Id = Guid.CreateVersion7(), SchoolId = schoolId, CreatedAt = now };
        field.Take(details);
        (field.ChangedAt, field.Version) = (now, 1);
        return field;
    }

    /// <param name="details">What it is from now on.</param>
    /// <param name="isBooked">Whether there are bookings to come, which refer to how it is divided.</param>
    /// <param name="now">When.</param>
    internal void Change(FieldDetails details, bool isBooked, DateTimeOffset now)
    {
        if (RetiredAt is not null) throw new RuleBroken(VenuesRules.FieldRetired);
        if (isBooked && Breaks(details) is { } broken) throw new RuleBroken(VenuesRules.UnitsInUse, broken);
        Take(details);
        (ChangedAt, Version) = (now, Version + 1);
    }

    // More units, or other names of them, are nothing to who has booked one.
    private string? Breaks(FieldDetails details) => details.Mode != Mode ? "mode"
        : details.Parts != Parts ? "parts"
        : !Units.All(unit => details.Units.Any(kept => (kept.Code, kept.From, kept.Until) == (unit.Code, unit.From, unit.Until))) ? "units"
        : details.Capacity < Capacity ? "capacity" : null;

    internal void Retire(DateTimeOffset now)
    {
        if (RetiredAt is not null) throw new RuleBroken(VenuesRules.FieldRetired);
        (RetiredAt, ChangedAt, Version) = (now, now, Version + 1);
    }

    private void Take(FieldDetails details)
    {
        (NameZh, NameEn, Mode, Parts, Units, Capacity) = (details.NameZh, details.NameEn, details.Mode, details.Parts, details.Units, details.Capacity);
        (Surface, _sports, Indoor, Lighting) = (details.Surface, [.. details.Sports], details.Indoor, details.Lighting);
        (Gates, Accessibility, RulesZh, RulesEn, Photos) = (details.Gates, details.Accessibility, details.RulesZh, details.RulesEn, details.Photos);
    }
}

/// <summary>Whether people who cannot climb steps can use it.</summary>
public enum Accessibility
{
    Unknown,
    None,
    Partial,
    Full,
}

/// <summary>What is said about a field, read and found good.</summary>
internal sealed record FieldDetails(
    string NameZh, string? NameEn, BookingMode Mode, int Parts, IReadOnlyList<FieldUnit> Units, int Capacity, Surface Surface, IReadOnlyList<string> Sports,
    bool Indoor, bool Lighting, IReadOnlyList<Gate> Gates, Accessibility Accessibility, string? RulesZh, string? RulesEn, IReadOnlyList<string> Photos);

internal sealed class FieldMapping : IEntityTypeConfiguration<Field>
{
    public const string Sports = "_sports";

    public void Configure(EntityTypeBuilder<Field> builder)
    {
        builder.ToTable("field");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.NameZh).HasMaxLength(100);
        builder.Property(row => row.NameEn).HasMaxLength(100);
        builder.Property(row => row.Units).IsJson();
        builder.Property(row => row.Gates).IsJson();
        builder.Property(row => row.Photos).IsJson();
        builder.Property<string[]>(Sports).HasColumnName("sports");
        builder.Ignore(row => row.Sports);
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.HasIndex(row => row.SchoolId);
        builder.HasOne<School>().WithMany().HasForeignKey(row => row.SchoolId).OnDelete(DeleteBehavior.Restrict);
    }
}

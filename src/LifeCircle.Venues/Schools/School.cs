using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Closures;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Schools;

/// <summary>The liability insurance that a school holds for the public's use of its fields. Without a valid one nothing is open.</summary>
/// <param name="Insurer">Who insures.</param>
/// <param name="PolicyNumber">Number of the policy.</param>
/// <param name="ValidUntil">Its last day.</param>
public sealed record Insurance(string Insurer, string PolicyNumber, DateOnly ValidUntil);

/// <summary>
/// A school that shares its fields. What decides when they are open, and under which rules, is its setup: fields, calendar, sharing hours, booking
/// rules and closures. Whoever changes any of it counts up the setup's version (see <see cref="SchoolChanges"/>).
/// </summary>
public sealed class School
{
    private School() { }

    public Guid Id { get; private set; }

    /// <summary>What the Facilities service calls it.</summary>
    public Guid FacilityId { get; private set; }

    /// <summary>The facility's version when we last heard of it.</summary>
    public long FacilityVersion { get; private set; }

    public string NameZh { get; private set; } = "";

    public string? NameEn { get; private set; }

    public string DivisionCode { get; private set; } = "";

    public Guid? LifeCircleId { get; private set; }

    /// <summary>Degrees east, WGS 84.</summary>
    public double Lon { get; private set; }

    /// <summary>Degrees north, WGS 84.</summary>
    public double Lat { get; private set; }

    public Insurance? Insurance { get; private set; }

    /// <summary>Counts the changes of everything that decides when its fields are open and how they are booked.</summary>
    public long SetupVersion { get; private set; }

    /// <summary>When it was counted last.</summary>
    public DateTimeOffset SetupChangedAt { get; private set; }

    public long Version { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    internal static School Register(LinkedFacility facility, Insurance? insurance, DateTimeOffset now)
    {
        var school = new School { Id = Guid.CreateVersion7(), FacilityId = facility.Id, SetupVersion = 1, SetupChangedAt = now, CreatedAt = now };
        school.Change(facility, insurance, now);
        return school;
    }

    /// <param name="facility">What it is called now and where it stands; null: as it was.</param>
    /// <param name="insurance">Null: there is none any more.</param>
    /// <param name="now">When.</param>
    internal void Change(LinkedFacility? facility, Insurance? insurance, DateTimeOffset now)
    {
        if (facility is not null)
        {
            (NameZh, NameEn, DivisionCode, LifeCircleId) = (facility.NameZh, facility.NameEn, facility.DivisionCode, facility.LifeCircleId);
            (Lon, Lat, FacilityVersion) = (facility.Lon, facility.Lat, facility.Version);
        }
        (Insurance, ChangedAt, Version) = (insurance, now, Version + 1);
    }

    /// <summary>An event of the facility; it may have been drawn into another division or life circle. False for an old one.</summary>
    internal bool Hear(long facilityVersion, string divisionCode, Guid? lifeCircleId, DateTimeOffset now)
    {
        if (facilityVersion <= FacilityVersion) return false;
        FacilityVersion = facilityVersion;
        Move(divisionCode, lifeCircleId, now);
        return true;
    }

    private void Move(string divisionCode, Guid? lifeCircleId, DateTimeOffset now)
    {
        if (DivisionCode == divisionCode && LifeCircleId == lifeCircleId) return;
        (DivisionCode, LifeCircleId, ChangedAt, Version) = (divisionCode, lifeCircleId, now, Version + 1);
    }

    /// <summary>Whether the insurance covers a day.</summary>
    internal bool IsInsuredOn(DateOnly day) => Insurance is { } insurance && day <= insurance.ValidUntil;
}

/// <summary>What the Facilities service says about the facility that a school is.</summary>
internal sealed record LinkedFacility(
    Guid Id, long Version, string Category, bool IsClosed, FacilitySuspension? Suspension, string NameZh, string? NameEn, string DivisionCode, Guid? LifeCircleId, double Lon, double Lat);

internal sealed class SchoolMapping : IEntityTypeConfiguration<School>
{
    public const string FacilityIndex = "ux_school_facility";

    public void Configure(EntityTypeBuilder<School> builder)
    {
        builder.ToTable("school");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.NameZh).HasMaxLength(200);
        builder.Property(row => row.NameEn).HasMaxLength(200);
        builder.Property(row => row.DivisionCode).HasMaxLength(12);
        builder.Property(row => row.Insurance!).IsJson();
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.HasIndex(row => row.FacilityId).IsUnique().HasDatabaseName(FacilityIndex);
        builder.HasIndex(row => row.DivisionCode);
    }
}

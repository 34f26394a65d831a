using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Hours;

/// <summary>When residents may use a field, by the kind of the day; before the school's own use of it is taken out.</summary>
public sealed record HoursByDayKind
{
    /// <summary>Monday to Friday in a term; at a school that has named none, all through the year.</summary>
    [Count(0, 12)]
    public IReadOnlyList<DaySpan> Weekday { get; init; } = [];

    /// <summary>Saturday and Sunday in a term; at a school without terms, all year.</summary>
    [Count(0, 12)]
    public IReadOnlyList<DaySpan> Weekend { get; init; } = [];

    /// <summary>A Saturday, Sunday or holiday that is a school day (调休); left out: as on weekdays.</summary>
    [Count(0, 12)]
    public IReadOnlyList<DaySpan>? MakeUpSchoolDay { get; init; }

    /// <summary>A public holiday, in a vacation, too.</summary>
    [Count(0, 12)]
    public IReadOnlyList<DaySpan> PublicHoliday { get; init; } = [];

    /// <summary>Any other day outside of the terms of a school that has named some.</summary>
    [Count(0, 12)]
    public IReadOnlyList<DaySpan> Vacation { get; init; } = [];

    internal IReadOnlyList<DaySpan> On(DayKind kind) => kind switch
    {
        DayKind.Weekday => Weekday,
        DayKind.Weekend => Weekend,
        DayKind.MakeUpSchoolDay => MakeUpSchoolDay ?? Weekday,
        DayKind.PublicHoliday => PublicHoliday,
        DayKind.Vacation => Vacation,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There are no hours for it."),
    };

    /// <exception cref="RuleBroken">Spans of a day meet.</exception>
    internal void Require(string field)
    {
        foreach (var kind in Enum.GetValues<DayKind>())
            if (kind is not DayKind.MakeUpSchoolDay || MakeUpSchoolDay is not null) DaySpan.RequireOrder(On(kind), $"{field}.{WireNames.Of(kind)}");
    }
}

/// <summary>Sharing hours from a day on, until others take their place. A field's own go before those of its school.</summary>
public sealed class SharingHours
{
    private SharingHours() { }

    public Guid Id { get; private set; }

    public Guid SchoolId { get; private set; }

    /// <summary>Null: of all fields of the school that have none of their own.</summary>
    public Guid? FieldId { get; private set; }

    /// <summary>The first day.</summary>
    public DateOnly ValidFrom { get; private set; }

    public HoursByDayKind Hours { get; private set; } = new();

    public DateTimeOffset AnnouncedAt { get; private set; }

    internal static SharingHours Announce(Guid schoolId, Guid? fieldId, DateOnly validFrom, HoursByDayKind hours, DateTimeOffset now) =>
        new() { Id = Guid.CreateVersion7(), SchoolId = schoolId, FieldId = fieldId, ValidFrom = validFrom, Hours = hours, AnnouncedAt = now };
}

internal sealed class SharingHoursMapping : IEntityTypeConfiguration<SharingHours>
{
    public const string OneADay = "ux_sharing_hours_day";

    public void Configure(EntityTypeBuilder<SharingHours> builder)
    {
        builder.ToTable("sharing_hours");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.Hours).IsJson();
        builder.HasIndex(row => new { row.SchoolId, row.FieldId, row.ValidFrom }).IsUnique().AreNullsDistinct(false).HasDatabaseName(OneADay);
        builder.HasOne<School>().WithMany().HasForeignKey(row => row.SchoolId);
    }
}

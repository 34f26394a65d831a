using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Terms;

/// <summary>Whose bookings the school decides on.</summary>
public enum ApprovalNeed
{
    None,
    Groups,
    All,
}

/// <summary>Who may use a field without a fee.</summary>
public enum FreeGroup
{
    Student,

    /// <summary>From the 60th birthday on.</summary>
    Aged60,

    /// <summary>From the 65th birthday on.</summary>
    Aged65,
    Disabled,
    Serviceman,
}

/// <summary>
/// Under which rules fields are booked. The defaults are those of a school that has announced none; the ban and the weekly quota follow what districts
/// have found to keep scalpers out.
/// </summary>
public sealed record BookingTerms
{
    /// <summary>Length of a slot, in minutes. Slots follow each other from the beginning of the sharing hours.</summary>
    [Between(15, 240)]
    public int SlotMinutes { get; init; } = 60;

    /// <summary>How many slots in a row one booking may take.</summary>
    [Between(1, 12)]
    public int MostSlots { get; init; } = 2;

    /// <summary>How many days ahead a slot can be booked.</summary>
    [Between(0, 60)]
    public int DaysAhead { get; init; } = 7;

    /// <summary>How long a hold lasts, in minutes.</summary>
    [Between(1, 60)]
    public int HoldMinutes { get; init; } = 10;

    /// <summary>How long somebody on the waitlist has to confirm what is offered, in minutes; it ends 10 minutes before the slot begins in any case.</summary>
    [Between(5, 720)]
    public int OfferMinutes { get; init; } = 30;

    /// <summary>How many days ahead the last occurrence of a recurring booking may be; less than <c>days_ahead</c> counts as that.</summary>
    [Between(0, 366)]
    public int SeriesDaysAhead { get; init; } = 120;

    /// <summary>Until how many minutes before its beginning a booking can be cancelled or moved without counting as unused.</summary>
    [Between(0, 10_080)]
    public int CancelBeforeMinutes { get; init; } = 120;

    /// <summary>How many bookings a person may have in a week, Monday to Sunday, at all schools together.</summary>
    [Between(1, 50)]
    public int MostPerWeek { get; init; } = 3;

    /// <summary>For how many minutes companions can be invited after a booking was made, or a hold confirmed. Nobody has to name them.</summary>
    [Between(0, 10_080)]
    public int CompanionsWithinMinutes { get; init; } = 30;

    /// <summary>From how many minutes before its beginning one is let in.</summary>
    [Between(0, 120)]
    public int EntryBeforeMinutes { get; init; } = 15;

    /// <summary>After how many minutes without anybody at the gate a booking is given up and its place is free again: 5 at the least unless the district has set less.</summary>
    [Between(0, 120)]
    public int NoShowAfterMinutes { get; init; } = 15;

    /// <summary>After how many unused bookings a person is banned.</summary>
    [Between(1, 20)]
    public int UnusedLimit { get; init; } = 3;

    /// <summary>Unused bookings count for so many days.</summary>
    [Between(1, 365)]
    public int UnusedDays { get; init; } = 90;

    /// <summary>For how many days.</summary>
    [Between(1, 365)]
    public int BanDays { get; init; } = 30;

    /// <summary>From how many persons on a booking is a group's: with a name and an accident insurance of its own.</summary>
    [Between(2, 200)]
    public int GroupFrom { get; init; } = 10;

    /// <summary>Whose bookings the school decides on.</summary>
    public ApprovalNeed Approval { get; init; } = ApprovalNeed.None;

    /// <summary>Yuan an hour: of a unit where a field is booked by units, of a person where by headcount.</summary>
    public Money FeePerHour { get; init; } = new() { Amount = 0 };

    /// <summary>Who pays nothing.</summary>
    [Count(0, 5)]
    public IReadOnlyList<FreeGroup> FreeGroups { get; init; } = [FreeGroup.Student, FreeGroup.Aged60, FreeGroup.Disabled, FreeGroup.Serviceman];

    internal bool NeedApproval(bool isGroup) => Approval is ApprovalNeed.All || (Approval is ApprovalNeed.Groups && isGroup);

    /// <summary>These, but where others are better for whoever has booked already: until when it can be given back, and what becomes of one that is not used.</summary>
    internal BookingTerms MilderOf(BookingTerms others) => this with
    {
        CancelBeforeMinutes = Math.Min(CancelBeforeMinutes, others.CancelBeforeMinutes),
        CompanionsWithinMinutes = Math.Max(CompanionsWithinMinutes, others.CompanionsWithinMinutes),
        NoShowAfterMinutes = Math.Max(NoShowAfterMinutes, others.NoShowAfterMinutes),
        UnusedLimit = Math.Max(UnusedLimit, others.UnusedLimit),
        UnusedDays = Math.Min(UnusedDays, others.UnusedDays),
        BanDays = Math.Min(BanDays, others.BanDays),
    };

    internal static BookingTerms Default { get; } = new();
}

/// <summary>Booking terms of a school from a day on, until others take their place. They hold for slots on that day and later.</summary>
public sealed class SchoolTerms
{
    private SchoolTerms() { }

    public Guid Id { get; private set; }

    public Guid SchoolId { get; private set; }

    /// <summary>The first day.</summary>
    public DateOnly ValidFrom { get; private set; }

    public BookingTerms Terms { get; private set; } = BookingTerms.Default;

    public DateTimeOffset AnnouncedAt { get; private set; }

    internal static SchoolTerms Announce(Guid schoolId, DateOnly validFrom, BookingTerms terms, DateTimeOffset now) =>
        new() { Id = Guid.CreateVersion7(), SchoolId = schoolId, ValidFrom = validFrom, Terms = terms, AnnouncedAt = now };
}

internal sealed class SchoolTermsMapping : IEntityTypeConfiguration<SchoolTerms>
{
    public const string OneADay = "ux_school_terms_day";

    public void Configure(EntityTypeBuilder<SchoolTerms> builder)
    {
        builder.ToTable("school_terms");
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.Terms).IsJson();
        builder.HasIndex(row => new { row.SchoolId, row.ValidFrom }).IsUnique().HasDatabaseName(OneADay);
        builder.HasOne<School>().WithMany().HasForeignKey(row => row.SchoolId);
    }
}

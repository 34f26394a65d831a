using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Venues.Calendars;

/// <summary>A day of the week.</summary>
public enum Weekday
{
    Monday = 1,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// <summary>What the school itself uses a field for.</summary>
public enum SchoolUse
{
    Teaching,
    SchoolSport,
    Exam,
    Event,
    MilitaryTraining,
}

/// <summary>A row of the timetable: on these weekdays, at this time, the school uses its fields itself.</summary>
public sealed record TimetableRow
{
    /// <summary>On which days.</summary>
    [Count(1, 7)]
    public required IReadOnlyList<Weekday> Days { get; init; }

    /// <summary>From when until when.</summary>
    public required DaySpan Time { get; init; }

    /// <summary><c>teaching</c> or <c>school_sport</c>.</summary>
    public required SchoolUse Use { get; init; }

    /// <summary>Only these fields; left out: all of the school.</summary>
    [Count(0, 60)]
    public IReadOnlyList<Guid> FieldIds { get; init; } = [];
}

/// <summary>A day that is taught by the timetable of another weekday: a school day, whether the public days name it, too, or not.</summary>
public sealed record MakeUpDayRow
{
    /// <summary>The day: usually a Saturday or Sunday; a weekday only gets the other timetable, and stays a weekday.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>Whose timetable it has.</summary>
    public required Weekday Follows { get; init; }
}

/// <summary>A term. Days outside of all terms are vacation; where there are none at all, no day is.</summary>
public sealed record Term
{
    /// <summary>Shown to residents, e.g. 2026 年秋季学期.</summary>
    [TextLength(1, 100)]
    public required string NameZh { get; init; }

    /// <summary>The same in English.</summary>
    [TextLength(1, 100)]
    public string? NameEn { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>The week.</summary>
    [Count(0, 100)]
    public IReadOnlyList<TimetableRow> Timetable { get; init; } = [];

    /// <summary>The school's make-up days, and which weekday's timetable they have. One of the public days that is not named here is taken to have that of every weekday at once.</summary>
    [Count(0, 20)]
    public IReadOnlyList<MakeUpDayRow> MakeUpDays { get; init; } = [];
}

/// <summary>An exam, event or block of school sport on a day of its own or, by a recurrence rule, on many. It stands against holidays, too.</summary>
public sealed record SchoolEvent
{
    /// <summary>What.</summary>
    public required SchoolUse Use { get; init; }

    /// <summary>Shown to residents.</summary>
    [TextLength(1, 100)]
    public required string TitleZh { get; init; }

    /// <summary>The same in English.</summary>
    [TextLength(1, 100)]
    public string? TitleEn { get; init; }

    /// <summary>The day, or the first one.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>From when until when; left out: the whole day.</summary>
    public DaySpan? Time { get; init; }

    /// <summary>
    /// RRULE of RFC 5545 without its name, by days: <c>FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270115</c>. FREQ is DAILY, WEEKLY, MONTHLY or YEARLY. Left out: once.
    /// </summary>
    [TextLength(1, 200)]
    public string? Repeats { get; init; }

    /// <summary>Days that the rule names and that are left out.</summary>
    [Count(0, 100)]
    public IReadOnlyList<DateOnly> Except { get; init; } = [];

    /// <summary>Only these fields; left out: all of the school.</summary>
    [Count(0, 60)]
    public IReadOnlyList<Guid> FieldIds { get; init; } = [];
}

/// <summary>When a school needs its fields itself.</summary>
public sealed record CalendarTerms
{
    /// <summary>Terms, which do not overlap. Without any, days count by weekday, weekend and public days.</summary>
    [Count(0, 12)]
    public required IReadOnlyList<Term> Terms { get; init; }

    /// <summary>What is beside the timetable.</summary>
    [Count(0, 100)]
    public IReadOnlyList<SchoolEvent> Events { get; init; } = [];

    internal static CalendarTerms None { get; } = new() { Terms = [] };
}

/// <summary>The calendar of a school, replaced as a whole.</summary>
public sealed class SchoolCalendar
{
    private SchoolCalendar() { }

    public Guid SchoolId { get; private set; }

    public CalendarTerms Terms { get; private set; } = CalendarTerms.None;

    public long Version { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    internal static SchoolCalendar Empty(Guid schoolId, DateTimeOffset now) => new() { SchoolId = schoolId, ChangedAt = now, Version = 1 };

    internal void Replace(CalendarTerms terms, DateTimeOffset now) => (Terms, ChangedAt, Version) = (terms, now, Version + 1);
}

internal sealed class SchoolCalendarMapping : IEntityTypeConfiguration<SchoolCalendar>
{
    public void Configure(EntityTypeBuilder<SchoolCalendar> builder)
    {
        builder.ToTable("school_calendar");
        builder.HasKey(row => row.SchoolId);
        builder.Property(row => row.SchoolId).ValueGeneratedNever();
        builder.Property(row => row.Terms).IsJson();
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.HasOne<School>().WithOne().HasForeignKey<SchoolCalendar>(row => row.SchoolId);
    }
}

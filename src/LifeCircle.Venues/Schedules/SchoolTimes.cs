using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Calendars;
using LifeCircle.Venues.Closures;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Hours;

namespace LifeCircle.Venues.Schedules;

/// <summary>Why a field is not open at a moment; the first that fits.</summary>
public enum ClosedBecause
{
    /// <summary>The field is not shared any more.</summary>
    Retired,

    /// <summary>A closure was announced.</summary>
    Closure,

    /// <summary>The school has no valid liability insurance on that day.</summary>
    NotInsured,

    Teaching,
    SchoolSport,
    Exam,
    Event,
    MilitaryTraining,

    /// <summary>It lies outside of the sharing hours of such a day.</summary>
    OutsideHours,

    /// <summary>There are no sharing hours for that day yet.</summary>
    NoHours,
}

/// <summary>
/// When the fields of a school are open: closures before the school's own use, and that before the sharing hours of the kind of day. It answers for any
/// day, and never changes.
/// </summary>
internal sealed class SchoolTimes
{
    private readonly IReadOnlyDictionary<DateOnly, PublicDayKind> _publicDays;
    private readonly CalendarTerms _calendar;
    private readonly IReadOnlyList<(SchoolEvent Event, RecurringDays? Days)> _events;
    private readonly ILookup<Guid?, SharingHours> _hours;
    private readonly IReadOnlyList<Closure> _closures;
    private readonly DateOnly? _insuredUntil;

    /// <param name="publicDays">Holidays and make-up days of the country.</param>
    /// <param name="calendar">The school's.</param>
    /// <param name="hours">All that were announced.</param>
    /// <param name="closures">Those that count.</param>
    /// <param name="insuredUntil">Last day of the liability insurance; null: there is none.</param>
    public SchoolTimes(IReadOnlyDictionary<DateOnly, PublicDayKind> publicDays, CalendarTerms calendar, IEnumerable<SharingHours> hours,
        IReadOnlyList<Closure> closures, DateOnly? insuredUntil)
    {
        (_publicDays, _calendar, _closures, _insuredUntil) = (publicDays, calendar, closures, insuredUntil);
        _events = [.. calendar.Events.Select(row => (row, row.Repeats is { } rule ? new RecurringDays(rule, row.Date, row.Except) : null))];
        _hours = hours.OrderByDescending(row => row.ValidFrom).ToLookup(row => row.FieldId);
    }

    public DayKind KindOf(DateOnly day)
    {
        PublicDayKind? differs = _publicDays.TryGetValue(day, out var known) ? known : null;
        var isFree = differs is PublicDayKind.Holiday || day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        return isFree && MakeUpOn(day) is not null ? DayKind.MakeUpSchoolDay
            : differs is PublicDayKind.Holiday ? DayKind.PublicHoliday
            : _calendar.Terms.Count > 0 && TermOn(day) is null ? DayKind.Vacation // who has named no term has told of no vacation
            : differs is PublicDayKind.MakeUpDay ? DayKind.MakeUpSchoolDay
            : isFree ? DayKind.Weekend : DayKind.Weekday;
    }

    /// <summary>When a field is open to residents on a day, in order.</summary>
    public IReadOnlyList<Minutes> OpenOn(Field field, DateOnly day)
    {
        if (_insuredUntil is not { } insured || day > insured) return [];
        var taken = UsesOn(field, day).Select(use => use.Minutes)
            .Concat(_closures.Where(closure => closure.Closes(field.Id)).Select(closure => closure.Span.On(day)).Where(span => !span.IsEmpty));
        if (field.RetiredAt is { } retired) taken = taken.Append(new Span(retired, DateTimeOffset.MaxValue).On(day));
        return Minutes.Joined(Minutes.Without(WindowsOn(field, day), taken));
    }

    /// <summary>What the sharing hours of a day say, in order; before closures and the school's own use are taken out.</summary>
    public IEnumerable<Minutes> WindowsOn(Field field, DateOnly day) =>
        HoursOn(field, day)?.Hours.On(KindOf(day)).Select(span => span.Minutes).OrderBy(span => span.From) ?? Enumerable.Empty<Minutes>();

    /// <summary>Whether a field is open all through a span, which lies on one day.</summary>
    public bool IsOpen(Field field, Span span)
    {
        var day = DistrictDay.Of(span.From);
        var wanted = span.On(day);
        return span.Until <= DistrictDay.Begins(day.AddDays(1)) && OpenOn(field, day).Any(open => open.From <= wanted.From && wanted.Until <= open.Until);
    }

    /// <summary>Why a field is open or not at a moment.</summary>
    public Explanation Explain(Field field, DateTimeOffset at)
    {
        var (day, kind) = (DistrictDay.Of(at), KindOf(DistrictDay.Of(at)));
        var minute = (int)(at - DistrictDay.Begins(day)).TotalMinutes;
        if (field.RetiredAt is { } retired && new Span(retired, DateTimeOffset.MaxValue).On(day).Holds(minute)) return new(kind, ClosedBecause.Retired);
        if (_closures.FirstOrDefault(closure => closure.Closes(field.Id) && closure.Span.On(day).Holds(minute)) is { } closed)
            return new(kind, ClosedBecause.Closure, closed.TextZh, closed.TextEn, closed);
        if (_insuredUntil is not { } insured || day > insured) return new(kind, ClosedBecause.NotInsured);
        if (UsesOn(field, day).FirstOrDefault(use => use.Minutes.Holds(minute)) is { } use)
            return new(kind, Because(use.Use), use.TitleZh, use.TitleEn);
        if (HoursOn(field, day) is not { } hours) return new(kind, ClosedBecause.NoHours);
        return hours.Hours.On(kind).Any(span => span.Minutes.Holds(minute)) ? new(kind, null) : new(kind, ClosedBecause.OutsideHours);
    }

    /// <summary>The hours in force on a day: the field's own, else its school's; null if there are none yet.</summary>
    public SharingHours? HoursOn(Field field, DateOnly day) =>
        _hours[field.Id].FirstOrDefault(row => row.ValidFrom <= day) ?? _hours[null].FirstOrDefault(row => row.ValidFrom <= day);

    private IEnumerable<OwnUse> UsesOn(Field field, DateOnly day)
    {
        foreach (var (row, days) in _events)
            if (Concerns(row.FieldIds) && (days is null ? row.Date == day : days.Contains(day)))
                yield return new(row.Time?.Minutes ?? Minutes.WholeDay, row.Use, row.TitleZh, row.TitleEn);
        if (TermOn(day) is not { } term) yield break;
        var taught = TaughtOn(day);
        foreach (var row in term.Timetable)
            if (Concerns(row.FieldIds) && row.Days.Any(taught.Contains)) yield return new(row.Time.Minutes, row.Use, null, null);

        bool Concerns(IReadOnlyList<Guid> fields) => fields.Count == 0 || fields.Contains(field.Id);
    }

    // Whose timetable a day has. Of a make-up day that nobody has said it of, it may be anybody's: no resident meets a class.
    private Weekday[] TaughtOn(DateOnly day) => MakeUpOn(day) is { } named ? [named.Follows] : KindOf(day) switch
    {
        DayKind.PublicHoliday => [],
        DayKind.MakeUpSchoolDay => Enum.GetValues<Weekday>(),
        _ => [WeekdayOf(day)], // a school may teach on Saturdays
    };

    private MakeUpDayRow? MakeUpOn(DateOnly day) => TermOn(day)?.MakeUpDays.FirstOrDefault(row => row.Date == day);

    private Term? TermOn(DateOnly day) => _calendar.Terms.FirstOrDefault(term => term.From <= day && day <= term.Until);

    private static Weekday WeekdayOf(DateOnly day) => day.DayOfWeek is DayOfWeek.Sunday ? Weekday.Sunday : (Weekday)day.DayOfWeek;

    private static ClosedBecause Because(SchoolUse use) => use switch
    {
        SchoolUse.Teaching => ClosedBecause.Teaching,
        SchoolUse.SchoolSport => ClosedBecause.SchoolSport,
        SchoolUse.Exam => ClosedBecause.Exam,
        SchoolUse.Event => ClosedBecause.Event,
        _ => ClosedBecause.MilitaryTraining,
    };

    private sealed record OwnUse(Minutes Minutes, SchoolUse Use, string? TitleZh, string? TitleEn);
}

/// <summary>Why a field is open or not.</summary>
/// <param name="Kind">The kind of day.</param>
/// <param name="Because">Null: it is open.</param>
/// <param name="TitleZh">What the closure or event is called.</param>
/// <param name="TitleEn">The same in English.</param>
/// <param name="Closure">The closure, if it is one.</param>
internal sealed record Explanation(DayKind Kind, ClosedBecause? Because, string? TitleZh = null, string? TitleEn = null, Closure? Closure = null);

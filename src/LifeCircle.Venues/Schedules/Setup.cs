using System.Collections.Concurrent;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Calendars;
using LifeCircle.Venues.Closures;
using LifeCircle.Venues.Draws;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Hours;
using LifeCircle.Venues.Schools;
using LifeCircle.Venues.Terms;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Schedules;

/// <summary>All that decides when the fields of a school are open and how they are booked, as of one version. It never changes.</summary>
internal sealed class Setup
{
    private const int MostKept = 10_000;

    private readonly ConcurrentDictionary<(Guid Field, DateOnly Day), Span[]> _slots = new();
    private readonly IReadOnlyList<SchoolTerms> _terms;
    private readonly ILookup<Guid, DrawSlot> _draws;

    private Setup(School school, Dictionary<Guid, Field> fields, SchoolTimes times, IReadOnlyList<SchoolTerms> terms, ILookup<Guid, DrawSlot> draws) =>
        (School, Fields, Times, _terms, _draws) = (school, fields, times, terms, draws);

    public School School { get; }

    public IReadOnlyDictionary<Guid, Field> Fields { get; }

    public SchoolTimes Times { get; }

    /// <summary>The booking terms for slots of a day.</summary>
    public BookingTerms TermsOn(DateOnly day) => _terms.FirstOrDefault(row => row.ValidFrom <= day)?.Terms ?? BookingTerms.Default;

    /// <summary>
    /// The same for somebody who has chosen a slot of that day: whatever was announced afterwards counts only where it is milder, because nobody had notice of it.
    /// </summary>
    /// <param name="day">Of the slot.</param>
    /// <param name="known">When it was chosen.</param>
    public BookingTerms TermsOn(DateOnly day, DateTimeOffset known) =>
        TermsOn(day).MilderOf(_terms.FirstOrDefault(row => row.ValidFrom <= day && row.AnnouncedAt <= known)?.Terms ?? BookingTerms.Default);

    /// <summary>Whether slots of the field begin and end so.</summary>
    public bool HasSlot(Field field, Span span)
    {
        var slots = SlotsOf(field, DistrictDay.Of(span.From)).Where(slot => slot.Meets(span)).ToList();
        return slots.Count > 0 && slots[0].From == span.From && slots[^1].Until == span.Until;
    }

    /// <summary>
    /// When the slots of a field are, on a day, in order. They follow each other from the beginning of the sharing hours, so that no closure shifts those
    /// after it; one that is not open to its end is none.
    /// </summary>
    public IReadOnlyList<Span> SlotsOf(Field field, DateOnly day)
    {
        if (_slots.TryGetValue((field.Id, day), out var known)) return known;
        if (_slots.Count > MostKept) _slots.Clear(); // days that have gone by
        return _slots.GetOrAdd((field.Id, day), [.. Find(field, day)]);
    }

    private IEnumerable<Span> Find(Field field, DateOnly day)
    {
        var length = TermsOn(day).SlotMinutes;
        var open = Times.OpenOn(field, day);
        foreach (var window in Times.WindowsOn(field, day))
            for (var from = window.From; from + length <= window.Until; from += length)
                if (open.Any(span => span.From <= from && from + length <= span.Until)) yield return Span.Of(day, new(from, from + length));
    }

    /// <summary>Whether lots are drawn for it or a part of it, so that nobody can book it now.</summary>
    /// <param name="field">The field.</param>
    /// <param name="unit">A unit of it; null where it is booked by headcount.</param>
    /// <param name="span">When.</param>
    public bool IsInDraw(Field field, FieldUnit? unit, Span span)
    {
        return _draws.Contains(field.Id) && _draws[field.Id].Any(slot => slot.From < span.Until && span.From < slot.Until && SharesParts(slot.Unit));

        bool SharesParts(string? code) => unit is null || field.Units.FirstOrDefault(other => other.Code == code) is not { } other
            || (other.From < unit.Until && unit.From < other.Until);
    }

    /// <summary>Reads it; also what this transaction has changed and not committed.</summary>
    public static async Task<Setup> ReadAsync(VenuesDbContext db, Guid schoolId, CancellationToken cancel)
    {
        var school = await db.Set<School>().AsNoTracking().SingleAsync(row => row.Id == schoolId, cancel);
        var fields = await db.Set<Field>().AsNoTracking().Where(row => row.SchoolId == schoolId).ToDictionaryAsync(row => row.Id, cancel);
        var calendar = await db.Set<SchoolCalendar>().AsNoTracking().Where(row => row.SchoolId == schoolId).Select(row => row.Terms).SingleAsync(cancel);
        var hours = await db.Set<SharingHours>().AsNoTracking().Where(row => row.SchoolId == schoolId).ToListAsync(cancel);
        var closures = await db.Set<Closure>().AsNoTracking().Where(row => row.SchoolId == schoolId).OrderBy(row => row.From).ToListAsync(cancel);
        var terms = await db.Set<SchoolTerms>().AsNoTracking().Where(row => row.SchoolId == schoolId).OrderByDescending(row => row.ValidFrom).ToListAsync(cancel);
        var draws = await db.Set<Draw>().AsNoTracking().Where(row => row.SchoolId == schoolId && (row.State == DrawState.Announced || row.State == DrawState.Closed))
            .Select(row => new { row.FieldId, row.Slots }).ToListAsync(cancel);
        var publicDays = await db.Set<PublicDay>().AsNoTracking().ToDictionaryAsync(row => row.Date, row => row.Kind, cancel);
        return new(school, fields, new SchoolTimes(publicDays, calendar, hours, closures, school.Insurance?.ValidUntil), terms,
            draws.SelectMany(row => row.Slots.Select(slot => (row.FieldId, slot))).ToLookup(row => row.FieldId, row => row.slot));
    }
}

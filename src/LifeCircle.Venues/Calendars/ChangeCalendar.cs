using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Calendars;

/// <summary>Replaces the calendar. Bookings to come at times that the school now needs itself are cancelled without penalty.</summary>
public static class ChangeCalendar
{
    public static async Task<OkVersioned<CalendarAnswer>> Handle(
        Guid id, CalendarTerms request, IfMatch ifMatch, Caller caller, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        request = Read(request);
        await db.ChangeSetupAsync(id, cancel);
        await db.SchoolAsync(id, caller, cancel);
        var calendar = await db.Set<SchoolCalendar>().SingleAsync(row => row.SchoolId == id, cancel);
        ifMatch.Require(calendar.Version);
        var fields = await db.FieldIdsAsync(id, cancel);
        foreach (var (place, term) in request.Terms.Index())
            foreach (var (row, lesson) in term.Timetable.Index()) fields.Require(lesson.FieldIds, $"terms[{place}].timetable[{row}].field_ids");
        foreach (var (place, row) in request.Events.Index()) fields.Require(row.FieldIds, $"events[{place}].field_ids");
        var now = clock.GetUtcNow();
        calendar.Replace(request, now);
        await db.FollowAsync(id, now, cancel);
        return CalendarAnswer.Ok(calendar);
    }

    private static CalendarTerms Read(CalendarTerms request) => new()
    {
        Terms = [.. request.Terms.Select((term, place) => Read(term, $"terms[{place}]", request.Terms.Take(place)))],
        Events = [.. request.Events.Select((row, place) => Read(row, $"events[{place}]"))],
    };

    private static SchoolEvent Read(SchoolEvent row, string field)
    {
        RequireYear(row.Date, $"{field}.date");
        row.Time?.RequireOrder($"{field}.time");
        if (row.Repeats is { } rule) RecurringDays.Require(rule, row.Date, $"{field}.repeats");
        return row with
        {
            TitleZh = VenuesRules.Text.Require(row.TitleZh, $"{field}.title_zh", 100),
            TitleEn = VenuesRules.Text.Optional(row.TitleEn, $"{field}.title_en", 100),
        };
    }

    private static Term Read(Term term, string field, IEnumerable<Term> before)
    {
        RequireYear(term.From, $"{field}.from");
        if (term.Until < term.From || term.Until.DayNumber - term.From.DayNumber > 366)
            throw new RuleBroken(VenuesRules.ValueInvalid, $"{field}.until", "It must be the first day or a later one, within a year.", "须不早于开始日期，且在一年之内。");
        if (before.Any(other => other.From <= term.Until && term.From <= other.Until))
            throw new RuleBroken(VenuesRules.ValueInvalid, $"{field}.from", "It overlaps another term.", "与其他学期重叠。");
        foreach (var (place, row) in term.Timetable.Index())
        {
            row.Time.RequireOrder($"{field}.timetable[{place}].time");
            if (row.Use is not (SchoolUse.Teaching or SchoolUse.SchoolSport))
                throw new RuleBroken(VenuesRules.ValueInvalid, $"{field}.timetable[{place}].use", "It must be teaching or school_sport.", "须为 teaching 或 school_sport。");
        }
        foreach (var (place, row) in term.MakeUpDays.Index())
            if (row.Date < term.From || row.Date > term.Until || term.MakeUpDays.Take(place).Any(other => other.Date == row.Date))
                throw new RuleBroken(VenuesRules.ValueInvalid, $"{field}.make_up_days[{place}].date", "It must be a day of the term, once.", "须为该学期内的日期，且不重复。");
        return term with
        {
            NameZh = VenuesRules.Text.Require(term.NameZh, $"{field}.name_zh", 100),
            NameEn = VenuesRules.Text.Optional(term.NameEn, $"{field}.name_en", 100),
        };
    }

    private static void RequireYear(DateOnly day, string field)
    {
        if (day.Year is < 2020 or > 2100) throw new RuleBroken(VenuesRules.ValueInvalid, field, "The year must be from 2020 to 2100.", "年份须在 2020 到 2100 之间。");
    }
}

using System.Data;
using System.Globalization;
using System.Security.Cryptography;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Feeds.ICalendar;

/// <summary>When a field is open, and what of it is taken; nobody's name, and nothing by which bookings of one person could be told.</summary>
public static class GetFieldCalendar
{
    private const int DaysBack = 7;
    private const int DaysAhead = 60;

    // Where more is taken, fewer days are shown: nobody is to think free what was left out.
    private const int MostTaken = 5_000;

    internal static async Task<IResult> Handle(Guid id, VenuesDbContext db, Setups setups, TimeProvider clock, CancellationToken cancel)
    {
        // All as of one moment: what ends between two reads would be counted twice, or not at all.
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        var schoolId = await db.Set<Field>().Where(row => row.Id == id).Select(row => (Guid?)row.SchoolId).SingleOrDefaultAsync(cancel)
            ?? throw new RuleBroken(VenuesRules.FieldNotFound);
        var setup = await setups.OfAsync(db, schoolId, cancel);
        if (!setup.Fields.TryGetValue(id, out var field)) throw new RuleBroken(VenuesRules.FieldNotFound);
        var today = DistrictDay.Of(clock.GetUtcNow());
        var (first, last) = (today.AddDays(-DaysBack), today.AddDays(DaysAhead));
        var window = new Span(DistrictDay.Begins(first), DistrictDay.Begins(last.AddDays(1)));
        var taken = field.Mode is BookingMode.Headcount ? await PlacesAsync(db, setup, field, window, cancel) : await BusyAsync(db, setup, field, window, cancel);
        if (taken.Count > MostTaken)
        {
            last = DistrictDay.Of(taken[MostTaken].Span.From).AddDays(-1);
            taken.RemoveAll(entry => DistrictDay.Of(entry.Span.From) > last);
        }

        var file = new CalendarFile($"{setup.School.NameZh} {field.NameZh}");
        for (var day = first; day <= last; day = day.AddDays(1))
            foreach (var open in setup.Times.OpenOn(field, day)) file.Add(Open(setup, field, Span.Of(day, open)), setup.School);
        foreach (var entry in taken) file.Add(entry, setup.School);
        return file.Send(isPublic: true);
    }

    // The version and time of the setup stand in all entries: names, units and places are a part of it.
    private static CalendarEntry Open(Setup setup, Field field, Span span) => new(
        $"open-{field.Id:n}-{Minute(span)}", setup.School.SetupVersion, setup.School.SetupChangedAt, span, $"开放 Open：{field.NameZh}", "CONFIRMED", IsBusy: false);

    private static async Task<List<CalendarEntry>> BusyAsync(VenuesDbContext db, Setup setup, Field field, Span window, CancellationToken cancel)
    {
        var rows = await OfField(db, field, window).Where(row => row.State == BookingState.Held || row.State == BookingState.PendingApproval
                || row.State == BookingState.Confirmed || row.State == BookingState.CheckedIn || row.State == BookingState.Completed)
            .OrderBy(row => row.From).ThenBy(row => row.Id).Take(MostTaken + 1)
            .Select(row => new { row.Id, row.Version, row.ChangedAt, row.From, row.Until, row.Unit, row.State }).ToListAsync(cancel);
        // Not the booking's id, which other answers show together with its person.
        return rows.ConvertAll(row => new CalendarEntry(
            $"busy-{Convert.ToHexStringLower(SHA256.HashData(row.Id.ToByteArray()).AsSpan(0, 16))}", setup.School.SetupVersion + row.Version,
            Later(setup.School.SetupChangedAt, row.ChangedAt), new(row.From, row.Until),
            $"已预订 Booked：{field.Units.FirstOrDefault(unit => unit.Code == row.Unit)?.NameZh ?? field.NameZh}",
            row.State is BookingState.Held or BookingState.PendingApproval ? "TENTATIVE" : "CONFIRMED", IsBusy: true));
    }

    // One for all bookings of a slot: there may be hundreds.
    private static async Task<List<CalendarEntry>> PlacesAsync(VenuesDbContext db, Setup setup, Field field, Span window, CancellationToken cancel)
    {
        var slots = await db.Set<HeadcountSession>().AsNoTracking().Where(row => row.FieldId == field.Id && row.StartsAt >= window.From && row.StartsAt < window.Until)
            .OrderBy(row => row.StartsAt).ToListAsync(cancel);
        // Whose time is over has given the places back.
        var over = await OfField(db, field, window).Where(row => row.State == BookingState.Completed).GroupBy(row => new { row.From, row.Until })
            .Select(rows => new { rows.Key.From, rows.Key.Until, Persons = rows.Sum(row => row.PartySize) }).ToListAsync(cancel);
        var entries = new List<CalendarEntry>(slots.Count);
        foreach (var slot in slots)
            if (slot.Taken + over.Where(row => row.From < slot.EndsAt && slot.StartsAt < row.Until).Sum(row => row.Persons) is var taken and > 0)
            {
                var span = new Span(slot.StartsAt, slot.EndsAt);
                entries.Add(new($"places-{field.Id:n}-{Minute(span)}", setup.School.SetupVersion + slot.ChangeNumber, Later(setup.School.SetupChangedAt, slot.ChangedAt), span,
                    $"已预订 Booked：{taken}/{field.Capacity}", "CONFIRMED", IsBusy: taken >= field.Capacity));
            }
        return entries;
    }

    private static IQueryable<Booking> OfField(VenuesDbContext db, Field field, Span window) =>
        db.Set<Booking>().AsNoTracking().Where(row => row.FieldId == field.Id && row.From >= window.From && row.From < window.Until);

    private static string Minute(Span span) => span.From.ToString("yyyyMMdd'T'HHmm", CultureInfo.InvariantCulture);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

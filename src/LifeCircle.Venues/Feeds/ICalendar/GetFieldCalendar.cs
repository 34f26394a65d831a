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

    internal static async Task<IResult> Handle(Guid id, VenuesDbContext db, Setups setups, TimeProvider clock, CancellationToken cancel)
    {
        var schoolId = await db.Set<Field>().Where(row => row.Id == id).Select(row => (Guid?)row.SchoolId).SingleOrDefaultAsync(cancel)
            ?? throw new RuleBroken(VenuesRules.FieldNotFound);
        var setup = await setups.OfAsync(db, schoolId, cancel);
        if (!setup.Fields.TryGetValue(id, out var field)) throw new RuleBroken(VenuesRules.FieldNotFound);
        var today = DistrictDay.Of(clock.GetUtcNow());
        var (first, last) = (today.AddDays(-DaysBack), today.AddDays(DaysAhead));
        var (from, until) = (DistrictDay.Begins(first), DistrictDay.Begins(last.AddDays(1)));
        var taken = await db.Set<Booking>().AsNoTracking().Where(row => row.FieldId == id && row.From >= from && row.Until <= until)
            .OrderBy(row => row.From).ThenBy(row => row.Id)
            .Select(row => new Taken(row.Id, row.Version, row.ChangedAt, new(row.From, row.Until), row.Unit, row.PartySize, row.State)).ToListAsync(cancel);
        taken.RemoveAll(row => row.State is not (BookingState.Held or BookingState.PendingApproval or BookingState.Confirmed or BookingState.CheckedIn or BookingState.Completed));

        var file = new CalendarFile($"{setup.School.NameZh} {field.NameZh}");
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            foreach (var open in setup.Times.OpenOn(field, day)) file.Add(Open(setup, field, Span.Of(day, open)), setup.School);
            if (field.Mode is not BookingMode.Headcount) continue;
            var (begins, ends) = (DistrictDay.Begins(day), DistrictDay.Begins(day.AddDays(1)));
            var ofDay = taken.FindAll(row => row.Span.From >= begins && row.Span.From < ends);
            foreach (var slot in setup.SlotsOf(field, day))
                if (ofDay.FindAll(row => row.Span.Meets(slot)) is { Count: > 0 } inSlot) file.Add(Places(field, slot, inSlot), setup.School);
        }
        if (field.Mode is BookingMode.Exclusive)
            foreach (var row in taken) file.Add(Busy(field, row), setup.School);
        return file.Send(isPublic: true);
    }

    private static CalendarEntry Open(Setup setup, Field field, Span span) => new(
        $"open-{field.Id:n}-{Minute(span)}", setup.School.SetupVersion, Later(setup.School.SetupChangedAt, field.ChangedAt), span, $"开放 Open：{field.NameZh}", "CONFIRMED", IsBusy: false);

    // Not the booking's id, which other answers show together with its person.
    private static CalendarEntry Busy(Field field, Taken row) => new(
        $"busy-{Convert.ToHexStringLower(SHA256.HashData(row.Id.ToByteArray()).AsSpan(0, 16))}", row.Version - 1, row.ChangedAt, row.Span,
        $"已预订 Booked：{field.Units.FirstOrDefault(unit => unit.Code == row.Unit)?.NameZh ?? field.NameZh}",
        row.State is BookingState.Held or BookingState.PendingApproval ? "TENTATIVE" : "CONFIRMED", IsBusy: true);

    // One for all bookings of a slot: there may be hundreds.
    private static CalendarEntry Places(Field field, Span slot, List<Taken> rows) => new(
        $"places-{field.Id:n}-{Minute(slot)}", 0, rows.Max(row => row.ChangedAt), slot,
        $"已预订 Booked：{rows.Sum(row => row.PartySize)}/{field.Capacity}", "CONFIRMED", IsBusy: rows.Sum(row => row.PartySize) >= field.Capacity);

    private static string Minute(Span span) => span.From.ToString("yyyyMMdd'T'HHmm", CultureInfo.InvariantCulture);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private sealed record Taken(Guid Id, long Version, DateTimeOffset ChangedAt, Span Span, string? Unit, int PartySize, BookingState State);
}

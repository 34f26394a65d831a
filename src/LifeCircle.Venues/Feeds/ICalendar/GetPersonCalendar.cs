using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schools;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Feeds.ICalendar;

/// <summary>A person's bookings. What was cancelled is shown as cancelled for a while, because a calendar keeps what it does not hear of again.</summary>
public static class GetPersonCalendar
{
    private const int DaysBack = 30;
    private const int MostEntries = 1_000;

    /// <summary>Gives the calendar.</summary>
    /// <param name="token">The secret of the address.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="clock">Knows now.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<IResult> Handle(string token, VenuesDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var hash = CalendarLink.HashOf(token);
        var link = await db.Set<CalendarLink>().AsNoTracking().SingleOrDefaultAsync(row => row.TokenHash == hash, cancel)
            ?? throw new RuleBroken(FeedRules.CalendarNotFound);
        var since = DistrictDay.Begins(DistrictDay.Of(clock.GetUtcNow()).AddDays(-DaysBack));
        var found = await (
            from booking in db.BookingsOf(link)
            join field in db.Set<Field>().AsNoTracking() on booking.FieldId equals field.Id
            join school in db.Set<School>().AsNoTracking() on booking.SchoolId equals school.Id
            where booking.EndedAt == null ? booking.Until > since : booking.EndedAt > since
            orderby booking.From descending, booking.Id
            select new { booking, field, school }).Take(MostEntries).ToListAsync(cancel);
        var file = new CalendarFile("学校场地预订");
        foreach (var row in found) file.Add(EntryOf(row.booking, row.field, row.school), row.school);
        return file.Send(isPublic: false);
    }

    private static CalendarEntry EntryOf(Booking booking, Field field, School school)
    {
        var (status, said) = booking.State switch
        {
            BookingState.Held => ("TENTATIVE", "暂留，待确认 Held"),
            BookingState.PendingApproval => ("TENTATIVE", "待学校审批 Awaiting the school's approval"),
            BookingState.Confirmed or BookingState.CheckedIn or BookingState.Completed => ("CONFIRMED", "已预订 Booked"),
            BookingState.NoShow => ("CANCELLED", "未到场，已释放 Not used"),
            BookingState.Expired => ("CANCELLED", "暂留已过期 The hold has expired"),
            _ => ("CANCELLED", "已取消 Cancelled"),
        };
        var unit = field.Units.FirstOrDefault(unit => unit.Code == booking.Unit && unit.Code != FieldUnit.Whole);
        // Not the entry code: the file lies in calendars that others may look into.
        return new($"booking-{booking.Id:n}", booking.Version - 1, ((DateTimeOffset[])[booking.ChangedAt, field.ChangedAt, school.ChangedAt]).Max(), booking.Span,
            $"{school.NameZh} {field.NameZh}{(unit is null ? "" : $" {unit.NameZh}")}", status, IsBusy: status != "CANCELLED",
            booking.ReasonZh is null ? said : $"{said}：{booking.ReasonZh}");
    }
}

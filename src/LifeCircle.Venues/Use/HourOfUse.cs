using LifeCircle.Contracts.Venues;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;

namespace LifeCircle.Venues.Use;

/// <summary>What became of a field in one hour.</summary>
internal static class HourOfUse
{
    /// <summary>Null: it was neither open nor booked.</summary>
    /// <param name="setup">The school's.</param>
    /// <param name="field">The field.</param>
    /// <param name="hour">When the hour began.</param>
    /// <param name="bookings">Those of the field, at least all that meet the hour.</param>
    /// <param name="now">When it is measured.</param>
    public static FieldUseMeasured? Of(Setup setup, Field field, DateTimeOffset hour, IEnumerable<Booking> bookings, DateTimeOffset now)
    {
        var span = new Span(hour, hour.AddHours(1));
        var day = DistrictDay.Of(hour);
        var offered = setup.Times.OpenOn(field, day).Sum(open => MinutesIn(span, Span.Of(day, open)));
        var used = bookings.Where(row => span.Meets(row.Span) && row.State is not (BookingState.CancelledByUser or BookingState.CancelledBySchool or BookingState.Expired)).ToList();
        if (offered == 0 && used.Count == 0) return null;
        var began = used.FindAll(row => row.From >= hour);
        return new(field.Id, hour.ToUnixTimeSeconds() / 3600, field.SchoolId, setup.School.FacilityId, hour, (int)offered,
            (int)Math.Round(used.Sum(row => MinutesIn(span, new(row.From, EndOf(row))) * ShareOf(field, row)), MidpointRounding.AwayFromZero),
            began.Sum(row => row.Attended ?? 0), began.Count(row => row.State is BookingState.Refused), began.Count(row => row.State is BookingState.NoShow), now);
    }

    // A place that was given up was free again.
    private static DateTimeOffset EndOf(Booking row) =>
        row.State is BookingState.NoShow or BookingState.Refused && row.EndedAt < row.Until ? row.EndedAt.Value : row.Until;

    private static double ShareOf(Field field, Booking row) => field.Units.FirstOrDefault(unit => unit.Code == row.Unit) is { } unit
        ? (unit.Until - unit.From) / (double)field.Parts
        : Math.Min(1, row.PartySize / (double)field.Capacity);

    private static double MinutesIn(Span hour, Span other) =>
        Math.Max(0, ((hour.Until < other.Until ? hour.Until : other.Until) - (hour.From > other.From ? hour.From : other.From)).TotalMinutes);
}

using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;

namespace LifeCircle.Venues.Tests.Bookings;

/// <summary>The clocks of replicas are not one.</summary>
public sealed class BookingClockTests
{
    [Fact]
    public void A_booking_does_not_become_older_by_a_change_of_a_replica_whose_clock_is_behind()
    {
        var now = TestClock.Beginning.ToUniversalTime();
        var school = School.Register(new(Guid.CreateVersion7(), 1, "primary_school", false, null, "山城区第一小学", null, "410603001001", null, 114.18, 35.9), null, now);
        var field = Field.Register(school.Id, new("田径场", null, BookingMode.Headcount, 1, [], 10, Surface.Rubber, ["running"], false, false, [], Accessibility.Full, null, null, []), now);
        var booking = Booking.Make(school, field, new(new Span(now.AddHours(5), now.AddHours(6)), null, 1, null, null, 0, null), Guid.CreateVersion7(), null,
            BookingState.Confirmed, null, "123456", now);

        booking.Cancel(isLate: false, now.AddSeconds(-1));

        Assert.Equal((now, 2L, BookingState.CancelledByUser), (booking.ChangedAt, booking.Version, booking.State));
    }
}

using LifeCircle.Facilities.Places;

namespace LifeCircle.Facilities.Reach;

/// <summary>Whether a facility serves at a moment.</summary>
/// <param name="IsOpen">Null: its hours are not known.</param>
/// <param name="OpensAt">When it next opens, if it is closed; null if that is not known or not within a year.</param>
/// <param name="ClosesAt">When it closes, if it is open; null if it does not.</param>
internal readonly record struct OpeningState(bool? IsOpen, DateTimeOffset? OpensAt, DateTimeOffset? ClosesAt)
{
    /// <summary>By its hours and its suspension, in effect or announced.</summary>
    public static OpeningState At(
        DateTimeOffset at, OpeningHours? hours, DateTimeOffset? suspendedFrom, DateTimeOffset? suspendedUntil, LocalCalendar calendar)
    {
        if (IsSuspended(at, suspendedFrom, suspendedUntil))
            return new(false, suspendedUntil is { } end ? NextOpening(end, hours, calendar) : null, null);
        if (hours is null) return new(null, null, null);
        if (!hours.IsOpen(at, calendar))
        {
            var opens = hours.NextOpening(at, calendar);
            if (opens is { } moment && IsSuspended(moment, suspendedFrom, suspendedUntil))
                opens = suspendedUntil is { } until ? NextOpening(until, hours, calendar) : null;
            return new(false, opens, null);
        }
        var closes = hours.OpenUntil(at, calendar);
        return new(true, null, suspendedFrom > at && (closes is null || suspendedFrom < closes) ? suspendedFrom : closes);
    }

    private static DateTimeOffset? NextOpening(DateTimeOffset from, OpeningHours? hours, LocalCalendar calendar) =>
        hours is null ? from : hours.NextOpening(from, calendar);

    private static bool IsSuspended(DateTimeOffset at, DateTimeOffset? from, DateTimeOffset? until) =>
        from <= at && (until is null || at < until);
}

using LifeCircle.Venues.Bookings;

namespace LifeCircle.Venues.Closures;

/// <summary>A closure.</summary>
/// <param name="Id">Its id.</param>
/// <param name="SchoolId">Whose fields.</param>
/// <param name="FieldIds">Which; empty for all of the school.</param>
/// <param name="From">First moment closed.</param>
/// <param name="Until">First moment open again; absent while that is not known.</param>
/// <param name="Reason">Why.</param>
/// <param name="TextZh">Shown to residents.</param>
/// <param name="TextEn">The same in English.</param>
/// <param name="AnnouncedAt">When it was made known.</param>
/// <param name="LiftedAt">When it was lifted; absent while it counts.</param>
/// <param name="Version">Its version; the ETag holds it, too.</param>
public sealed record ClosureAnswer(
    Guid Id, Guid SchoolId, IReadOnlyList<Guid> FieldIds, DateTimeOffset From, DateTimeOffset? Until, ClosureReason Reason, string TextZh, string? TextEn,
    DateTimeOffset AnnouncedAt, DateTimeOffset? LiftedAt, long Version)
{
    internal static ClosureAnswer Of(Closure row) => new(row.Id, row.SchoolId, row.FieldIds, row.From, row.Until, row.Reason, row.TextZh, row.TextEn,
        row.AnnouncedAt, row.LiftedAt, row.Version);
}

/// <summary>A booking that a closure has ended: somebody to tell.</summary>
/// <param name="BookingId">The booking.</param>
/// <param name="PersonId">Who had booked; the phone number is at <c>/venues/v1/persons/{id}/reveal</c>.</param>
/// <param name="FieldId">The field.</param>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
public sealed record AffectedBooking(Guid BookingId, Guid PersonId, Guid FieldId, DateTimeOffset From, DateTimeOffset Until);

/// <summary>A closure, and whom to tell of it.</summary>
/// <param name="Closure">The closure.</param>
/// <param name="Affected">Bookings that it has ended, by when they begin; those that ended before are at <c>/venues/v1/bookings?state=cancelled_by_school</c>.</param>
public sealed record ClosureOutcome(ClosureAnswer Closure, IReadOnlyList<AffectedBooking> Affected)
{
    internal static ClosureOutcome Of(Closure closure, IReadOnlyList<Booking> affected) => new(
        ClosureAnswer.Of(closure), [.. affected.Select(row => new AffectedBooking(row.Id, row.PersonId, row.FieldId, row.From, row.Until))]);
}

using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;

namespace LifeCircle.Venues.Series;

/// <summary>An occurrence of a recurring booking: a booking, or why there is none.</summary>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
/// <param name="BookingId">The booking; absent where there is none, and in a preview.</param>
/// <param name="State">Where the booking is on its way, or would be; absent where there is none.</param>
/// <param name="Fee">What it costs; absent where there is none.</param>
/// <param name="Code">The rule for which it could not be booked, such as <c>venues.slot_taken</c>.</param>
public sealed record SeriesOccurrence(DateTimeOffset From, DateTimeOffset Until, Guid? BookingId, BookingState? State, Money? Fee, string? Code)
{
    internal static SeriesOccurrence Of(Booking row, bool isPreview = false) => new(row.From.ToOffset(DistrictDay.Offset), row.Until.ToOffset(DistrictDay.Offset),
        isPreview ? null : row.Id, row.State, new Money { Amount = row.Fee }, null);

    internal static SeriesOccurrence Of(MissedOccurrence row) =>
        new(row.From.ToOffset(DistrictDay.Offset), row.Until.ToOffset(DistrictDay.Offset), null, null, null, row.Code);

    internal static IReadOnlyList<SeriesOccurrence> Of(IEnumerable<Booking> booked, IEnumerable<MissedOccurrence> missed, bool isPreview = false) =>
        [.. booked.Select(row => Of(row, isPreview)).Concat(missed.Select(Of)).OrderBy(row => row.From)];
}

/// <summary>A recurring booking.</summary>
/// <param name="Id">Its id; its bookings have it as their series.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="PersonId">Who has booked: an account, not an identity.</param>
/// <param name="Repeats">The rule by which its days recur.</param>
/// <param name="Policy">What was to be booked if not all could be had.</param>
/// <param name="Occurrences">In the order of time. One that was moved stands where it is now.</param>
/// <param name="CancelledAt">When all that were to come were given back.</param>
/// <param name="Version">Its version; the ETag holds it, too.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record SeriesAnswer(
    Guid Id, Guid SchoolId, Guid FieldId, Guid PersonId, string Repeats, SeriesPolicy Policy, IReadOnlyList<SeriesOccurrence> Occurrences, DateTimeOffset? CancelledAt,
    long Version, DateTimeOffset CreatedAt)
{
    internal static SeriesAnswer Of(BookingSeries row, IEnumerable<Booking> bookings) => new(row.Id, row.SchoolId, row.FieldId, row.PersonId, row.Repeats, row.Policy,
        SeriesOccurrence.Of(bookings, row.Missed), row.CancelledAt, row.Version, row.CreatedAt);
}

/// <summary>What a recurring booking would be; nothing was booked.</summary>
/// <param name="Possible">Whether it would be made: all of it can be had, or at least one occurrence where the policy is <c>possible</c>.</param>
/// <param name="Fee">What the occurrences cost that can be had.</param>
/// <param name="Occurrences">In the order of time.</param>
public sealed record SeriesPreview(bool Possible, Money Fee, IReadOnlyList<SeriesOccurrence> Occurrences);

/// <summary>A recurring booking in a list, without its occurrences.</summary>
/// <param name="Id">Its id.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="PersonId">Who has booked.</param>
/// <param name="Repeats">The rule by which its days recur.</param>
/// <param name="CancelledAt">When all that were to come were given back.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record SeriesSummary(Guid Id, Guid SchoolId, Guid FieldId, Guid PersonId, string Repeats, DateTimeOffset? CancelledAt, DateTimeOffset CreatedAt);

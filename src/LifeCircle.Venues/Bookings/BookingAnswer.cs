using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Terms;

namespace LifeCircle.Venues.Bookings;

/// <summary>A booking.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Where it is on its way.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="Unit">Code of the unit; absent where the field is booked by headcount.</param>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
/// <param name="PartySize">For how many persons.</param>
/// <param name="PersonId">Who has booked: an account, not an identity.</param>
/// <param name="Group">The group, if it is one's.</param>
/// <param name="FreeGroup">Why it costs nothing, if that is so.</param>
/// <param name="Fee">What it costs.</param>
/// <param name="PaymentReference">Where it was paid.</param>
/// <param name="HeldUntil">End of the hold, while it is held.</param>
/// <param name="EntryCode">Six digits that open the gate.</param>
/// <param name="CheckedInAt">When they were let in.</param>
/// <param name="Attended">How many came.</param>
/// <param name="ReasonZh">Why it ended, if somebody has said so.</param>
/// <param name="ReasonEn">The same in English, if it was said.</param>
/// <param name="Unused">Counts towards a ban.</param>
/// <param name="SeriesId">The recurring booking that it is an occurrence of.</param>
/// <param name="WaitlistEntryId">The entry of the waitlist that it was offered to.</param>
/// <param name="Version">Its version; the ETag holds it, too.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ChangedAt">When it last changed.</param>
public sealed record BookingAnswer(
    Guid Id, BookingState State, Guid SchoolId, Guid FieldId, string? Unit, DateTimeOffset From, DateTimeOffset Until, int PartySize, Guid PersonId,
    BookingGroup? Group, FreeGroup? FreeGroup, Money Fee, string? PaymentReference, DateTimeOffset? HeldUntil, string EntryCode, DateTimeOffset? CheckedInAt,
    int? Attended, string? ReasonZh, string? ReasonEn, bool Unused, Guid? SeriesId, Guid? WaitlistEntryId, long Version, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    internal static BookingAnswer Of(Booking row) => new(row.Id, row.State, row.SchoolId, row.FieldId, row.Unit, row.From, row.Until, row.PartySize, row.PersonId,
        row.Group, row.FreeGroup, new Money { Amount = row.Fee }, row.PaymentReference, row.HeldUntil, row.EntryCode, row.CheckedInAt, row.Attended, row.ReasonZh,
        row.ReasonEn, row.Unused, row.SeriesId, row.WaitlistEntryId, row.Version, row.CreatedAt, row.ChangedAt);

    internal static OkVersioned<BookingAnswer> Ok(Booking row) => ETags.Ok(Of(row), row.Version);
}

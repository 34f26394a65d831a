using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Terms;

namespace LifeCircle.Venues.Draws.Entries;

/// <summary>An entry in a draw.</summary>
/// <param name="Id">Its id: the lot. Keep it; the published list must hold it, and the order is computed from it.</param>
/// <param name="DrawId">The draw.</param>
/// <param name="State">Where it is on its way.</param>
/// <param name="PersonId">Who has entered: an account, not an identity.</param>
/// <param name="PartySize">For how many persons.</param>
/// <param name="Group">The group, if it is one's.</param>
/// <param name="FreeGroup">Why it should cost nothing, if that is so.</param>
/// <param name="Preferences">Numbers of the slots wanted, the most wanted first.</param>
/// <param name="Place">Its place in the order, from 1; absent before the lots are drawn.</param>
/// <param name="Tried">What became of the slots wanted, as far as they were looked at.</param>
/// <param name="BookingId">The booking, if it got a slot. Where there is a fee it is held for a day at the most, to be confirmed with the payment's reference.</param>
/// <param name="Version">Its version; the ETag holds it, too.</param>
/// <param name="EnteredAt">When it was made.</param>
public sealed record EntryAnswer(
    Guid Id, Guid DrawId, DrawEntryState State, Guid PersonId, int PartySize, BookingGroup? Group, FreeGroup? FreeGroup, IReadOnlyList<int> Preferences, int? Place,
    IReadOnlyList<DrawTry> Tried, Guid? BookingId, long Version, DateTimeOffset EnteredAt)
{
    internal static EntryAnswer Of(DrawEntry row) => new(row.Id, row.DrawId, row.State, row.PersonId, row.PartySize, row.Group, row.FreeGroup, row.Preferences,
        row.Place, row.Tried, row.BookingId, row.Version, row.EnteredAt.ToOffset(DistrictDay.Offset));

    internal static OkVersioned<EntryAnswer> Ok(DrawEntry row) => ETags.Ok(Of(row), row.Version);
}

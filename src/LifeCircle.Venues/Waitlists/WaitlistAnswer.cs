using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Terms;

namespace LifeCircle.Venues.Waitlists;

/// <summary>Somebody who waits for a slot.</summary>
/// <param name="Id">The entry.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Position">Place in the line, from 1: those before it want the same place, or one that has a part and a moment in common. Absent unless it waits.</param>
/// <param name="SchoolId">Whose field it is.</param>
/// <param name="FieldId">The field.</param>
/// <param name="Unit">Code of the unit; absent where the field is booked by headcount.</param>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
/// <param name="PartySize">For how many persons.</param>
/// <param name="PersonId">Who waits: an account, not an identity.</param>
/// <param name="Group">The group, if it is one's.</param>
/// <param name="FreeGroup">Why it would cost nothing, if that is so.</param>
/// <param name="BookingId">The booking that is or was offered.</param>
/// <param name="OfferedUntil">Until when that is to be confirmed, while it is offered.</param>
/// <param name="PassedOver">Why the person did not get a place that was free; absent if that has not happened.</param>
/// <param name="Version">Its version; the ETag holds it, too.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="ChangedAt">When it last changed.</param>
public sealed record WaitlistAnswer(
    Guid Id, WaitlistState State, int? Position, Guid SchoolId, Guid FieldId, string? Unit, DateTimeOffset From, DateTimeOffset Until, int PartySize, Guid PersonId,
    BookingGroup? Group, FreeGroup? FreeGroup, Guid? BookingId, DateTimeOffset? OfferedUntil, PassedOver? PassedOver, long Version, DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt)
{
    internal static WaitlistAnswer Of(WaitlistEntry row, int? position) => new(
        row.Id, row.State, position, row.SchoolId, row.FieldId, row.Unit, row.From.ToOffset(DistrictDay.Offset), row.Until.ToOffset(DistrictDay.Offset), row.PartySize,
        row.PersonId, row.Group, row.FreeGroup, row.BookingId, row.OfferedUntil?.ToOffset(DistrictDay.Offset), PassedOver.Of(row), row.Version, row.CreatedAt, row.ChangedAt);

    // The position changes without a version: it is part of the tag, and a change is not based on it.
    internal static OkVersioned<WaitlistAnswer> Ok(WaitlistEntry row, int? position) => ETags.Ok(Of(row, position), row.Version, $"{position}");
}

/// <summary>Why somebody in line did not get a place that was free. The next one got it; the entry waits on.</summary>
/// <param name="Code">The rule, such as <c>venues.quota_reached</c>, <c>venues.same_time</c> or <c>venues.person_banned</c>.</param>
/// <param name="TextZh">What it says.</param>
/// <param name="TextEn">The same in English.</param>
/// <param name="At">When.</param>
public sealed record PassedOver(string Code, string TextZh, string TextEn, DateTimeOffset At)
{
    private static readonly Rule[] Rules = [PersonRules.Banned, BookingRules.QuotaReached, BookingRules.SameTime];

    internal static PassedOver? Of(WaitlistEntry row) => Rules.FirstOrDefault(rule => rule.Code == row.PassedOverBecause) is { } rule
        ? new(rule.Code, rule.Chinese, rule.English, row.PassedOverAt!.Value) : null;
}

using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Bookings.Making;
using LifeCircle.Venues.Draws.Entries;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;

namespace LifeCircle.Venues.Draws.Drawing;

/// <summary>Gives slots away, to one entry after the other: the first it wants of which enough is left, and that the person may have.</summary>
internal sealed class Lots(
    Setup setup, Guid fieldId, IReadOnlyList<DrawSlot> slots, IReadOnlyDictionary<Guid, Person> persons, ILookup<Guid, CountedBooking> counted, DateTimeOffset now)
{
    private static readonly TimeSpan TimeToPay = TimeSpan.FromDays(1);

    private readonly int[] _left = [.. slots.Select(slot => slot.Places ?? 0)];

    /// <summary>With what there was to give away at the beginning.</summary>
    public IReadOnlyList<DrawSlot> Slots => slots;

    /// <summary>What became of the slots it wants, and the booking, if there is one.</summary>
    public (IReadOnlyList<DrawTry> Tried, Booking? Booking) Give(DrawEntry entry)
    {
        var needed = setup.Fields[fieldId].Mode is BookingMode.Headcount ? entry.PartySize : 1;
        var tried = new List<DrawTry>(entry.Preferences.Count);
        foreach (var number in entry.Preferences)
        {
            var (slot, place) = (slots[number - 1], number - 1);
            if (_left[place] < needed)
            {
                tried.Add(new(number, slot.Places == 0 ? DrawOutcome.Closed : DrawOutcome.Taken));
                continue;
            }
            try
            {
                var booking = Book(entry, slot);
                _left[place] -= needed;
                tried.Add(new(number, DrawOutcome.Given));
                return (tried, booking);
            }
            catch (RuleBroken barred)
            {
                tried.Add(new(number, DrawOutcome.Barred, barred.Rule.Code));
            }
        }
        return (tried, null);
    }

    // As somebody who books it now, but that the school may have drawn lots for more days ahead than can be booked.
    private Booking Book(DrawEntry entry, DrawSlot slot)
    {
        var wanted = new SlotRequest
        {
            FieldId = fieldId,
            Unit = slot.Unit,
            From = slot.From,
            Until = slot.Until,
            PartySize = entry.PartySize,
            Group = entry.Group is { } group ? new GroupRequest { Name = group.Name, InsuranceReference = group.InsuranceReference } : null,
            FreeGroup = entry.FreeGroup,
        };
        var details = wanted.ReadParty(setup, person: null);
        var terms = setup.TermsOn(DistrictDay.Of(slot.From));
        Quotas.RequireFree(persons[entry.PersonId].BannedUntil, details.Span, terms, counted[entry.PersonId], now);
        DateTimeOffset? payUntil = details.Fee == 0 ? null : now + TimeToPay < slot.From ? now + TimeToPay : slot.From;
        var state = payUntil is not null ? BookingState.Held : terms.NeedApproval(details.Group is not null) ? BookingState.PendingApproval : BookingState.Confirmed;
        return Booking.Make(setup.School, setup.Fields[fieldId], details, entry.PersonId, entry.OperatorId, state, payUntil, BookSlot.NewCode(), now);
    }
}

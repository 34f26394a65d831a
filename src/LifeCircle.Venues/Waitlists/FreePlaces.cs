using LifeCircle.Venues.Availability;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;

namespace LifeCircle.Venues.Waitlists;

/// <summary>What is free of a field on a day, at a glance: another may take it the next moment, and only <see cref="Claims"/> decides.</summary>
internal sealed class FreePlaces
{
    private readonly Field _field;
    private readonly TakenSlots _taken;
    private readonly IReadOnlyList<Span> _slots;

    private FreePlaces(Field field, TakenSlots taken, IReadOnlyList<Span> slots) => (_field, _taken, _slots) = (field, taken, slots);

    public static async Task<FreePlaces> ReadAsync(VenuesDbContext db, Setup setup, Field field, DateOnly day, CancellationToken cancel) => new(
        field, await TakenSlots.ReadAsync(db, [field], day, 1, cancel), [.. setup.SlotsOf(field, day)]);

    public bool Fit(BookingDetails wanted) => wanted.Unit is { } unit
        ? !_taken.IsTaken(_field.Id, unit, wanted.Span)
        : _slots.Where(slot => slot.Meets(wanted.Span)).All(slot => _taken.PlacesOf(_field.Id, slot) + wanted.PartySize <= _field.Capacity);
}

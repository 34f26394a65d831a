using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings.Making;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Terms;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Draws.Entries;

/// <summary>An entry in a draw.</summary>
public sealed record EnterDrawRequest
{
    /// <summary>Who enters, and leads the group if it is one. One identity has one entry in a draw.</summary>
    public required PersonRequest Person { get; init; }

    /// <summary>Numbers of the slots wanted, the most wanted first; one of them at the most is given.</summary>
    [Count(1, 5)]
    public required IReadOnlyList<int> Preferences { get; init; }

    /// <summary>How many persons, with the one who enters.</summary>
    [Between(1, 2_000)]
    public int PartySize { get; init; } = 1;

    /// <summary>Needed from so many persons on as the school says.</summary>
    public GroupRequest? Group { get; init; }

    /// <summary>Why it should cost nothing.</summary>
    public FreeGroup? FreeGroup { get; init; }

    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(EnterDrawRequest);
}

/// <summary>A person enters a draw. When is all the same: the first entry has no better chance than the last.</summary>
public static class EnterDraw
{
    internal static async Task<CreatedVersioned<EntryAnswer>> Handle(Guid id, EnterDrawRequest request, Caller caller, VenuesDbContext db, Setups setups,
        PersonalData personal, BlindIndex indexes, TimeProvider clock, CancellationToken cancel)
    {
        var details = request.Person.Read("person", DistrictDay.Of(clock.GetUtcNow()));
        var draw = await db.KeepDrawAsync(id, caller, cancel);
        var now = clock.GetUtcNow(); // behind the lock: whoever has waited for the draw to close is late
        draw.RequireOpen(now);
        var setup = await setups.OfAsync(db, draw.SchoolId, cancel);
        var booking = Wanted(draw, request, setup, details)[0];

        var person = await db.HoldPersonAsync(details, personal, indexes, now, cancel);
        person.RequireNotBanned(now);
        if (await db.Set<DrawEntry>().AnyAsync(row => row.DrawId == id && row.PersonId == person.Id && row.State != DrawEntryState.Withdrawn, cancel))
            throw new RuleBroken(DrawRules.Entered, "person");
        if (await db.Database.ExecuteSqlAsync($"UPDATE draw SET entry_count = entry_count + 1 WHERE id = {id} AND entry_count < {Draw.MaximumEntries}", cancel) == 0)
            throw new RuleBroken(DrawRules.Full, en: $"{Draw.MaximumEntries} at the most.", zh: $"最多 {Draw.MaximumEntries} 份报名。");
        var entry = DrawEntry.Enter(id, person.Id, caller.OperatorId, booking, request.Preferences, now);
        db.Add(entry);
        await db.SaveChangesAsync(cancel);
        return ETags.Created($"/venues/v1/draws/{id}/entries/{entry.Id}", EntryAnswer.Of(entry), entry.Version);
    }

    // Each slot as the booking that it would become: what is wrong with that is told now, not when the lots are drawn.
    private static List<Bookings.BookingDetails> Wanted(Draw draw, EnterDrawRequest request, Setup setup, PersonDetails person) =>
        [.. request.Preferences.Select((number, place) =>
        {
            var slot = draw.Slots.FirstOrDefault(slot => slot.Number == number);
            if (slot is null || request.Preferences.Take(place).Contains(number))
                throw new RuleBroken(VenuesRules.ValueInvalid, $"preferences[{place}]", "It must be the number of a slot of the draw, once.", "须为该抽签的时段编号，且不重复。");
            return request.SlotOf(draw.FieldId, slot).ReadParty(setup, person);
        })];

    private static SlotRequest SlotOf(this EnterDrawRequest request, Guid fieldId, DrawSlot slot) => new()
    {
        FieldId = fieldId,
        Unit = slot.Unit,
        From = slot.From,
        Until = slot.Until,
        PartySize = request.PartySize,
        Group = request.Group,
        FreeGroup = request.FreeGroup,
    };
}

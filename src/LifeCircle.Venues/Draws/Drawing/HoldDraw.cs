using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Availability;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Bookings.Making;
using LifeCircle.Venues.Draws.Entries;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using LifeCircle.Venues.Waitlists;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Draws.Drawing;

/// <summary>
/// Lets time do to a draw what is due: fixes the list of entries, and draws the lots. In one transaction, under the lock of the school's setup, so that nobody enters or books
/// there meanwhile, and who comes second finds it done.
/// </summary>
internal static class HoldDraw
{
    /// <summary>True: something was due and is done, and commits with the transaction.</summary>
    public static async Task<bool> KeepTimeAsync(VenuesDbContext db, SealedSecrets secrets, Guid id, DateTimeOffset now, CancellationToken cancel)
    {
        if (await db.Set<Draw>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) is not { } found || !found.IsDue(now)) return false;
        await db.ChangeSetupAsync(found.SchoolId, cancel);
        var draw = await db.Set<Draw>().SingleAsync(row => row.Id == id, cancel);
        if (!draw.IsDue(now)) return false;
        var entries = await db.Set<DrawEntry>().Where(row => row.DrawId == id && row.State == DrawEntryState.Entered).ToListAsync(cancel);
        var entropy = DrawOrder.EntropyOf(entries.Select(row => row.Ticket));
        if (draw.State is DrawState.Announced) draw.Close(entropy);
        if (draw.DrawsAt <= now) await DrawAsync(db, draw, entries, entropy, secrets.Open(Draw.SeedColumn, id, draw.SealedSeed), now, cancel);
        await db.SaveChangesAsync(cancel);
        return true;
    }

    private static async Task DrawAsync(
        VenuesDbContext db, Draw draw, List<DrawEntry> entries, byte[] entropy, byte[] seed, DateTimeOffset now, CancellationToken cancel)
    {
        if (!entropy.AsSpan().SequenceEqual(draw.Entropy) || !DrawOrder.CommitmentOf(seed).AsSpan().SequenceEqual(draw.Commitment))
            throw new InvalidOperationException($"Draw {draw.Id}: its entries or its seed are not those that were published. Nothing is drawn; the school can call it off.");
        draw.Release();
        await db.SaveChangesAsync(cancel); // the setup is read without it, so that claims of its slots are not refused
        var setup = await Setup.ReadAsync(db, draw.SchoolId, cancel);
        Guid[] ids = [.. entries.Select(row => row.PersonId)];
        var persons = await db.HoldPersonsAsync(ids, cancel); // before what they have booked is read: it stays so
        var counted = await db.CountedAsync(ids, new(draw.Slots[0].From, draw.Slots.Max(slot => slot.Until)), moved: null, cancel);
        var lots = new Lots(setup, draw.FieldId, await PlacesAsync(db, setup, draw, now, cancel), persons, counted.ToLookup(row => row.PersonId), now);

        var byId = entries.ToDictionary(row => row.Id);
        var won = new List<Booking>();
        foreach (var (place, ticket) in DrawOrder.Of(seed, entropy, entries.Select(row => row.Ticket)).Index())
        {
            var (tried, booking) = lots.Give(byId[ticket.Id]);
            byId[ticket.Id].Draw(place + 1, tried, booking?.Id);
            if (booking is not null) won.Add(booking);
        }
        db.AddRange(won);
        foreach (var booking in won.OrderBy(row => row.From).ThenBy(row => row.Id))
        {
            await Claims.TakeAsync(db, booking, setup, cancel);
            db.Publish(booking.Booked());
            db.ScheduleBooking(booking, setup.TermsOn(DistrictDay.Of(booking.From)), now);
        }
        db.Publish(draw.Complete(seed, lots.Slots, won.Count, now));
        db.TellWaitlist(draw.SchoolId, draw.FieldId, now); // what is left
    }

    // What is there to give away now: nothing of a slot that is closed, past or taken.
    private static async Task<IReadOnlyList<DrawSlot>> PlacesAsync(VenuesDbContext db, Setup setup, Draw draw, DateTimeOffset now, CancellationToken cancel)
    {
        var field = setup.Fields[draw.FieldId];
        var taken = await TakenSlots.ReadAsync(db, [field], new Span(draw.Slots[0].From, draw.Slots.Max(slot => slot.Until)), cancel);
        return [.. draw.Slots.Select(slot => slot with { Places = PlacesOf(slot) })];

        int PlacesOf(DrawSlot slot)
        {
            var span = new Span(slot.From, slot.Until);
            // Slots of another length since: what overlaps is counted together, and nobody may be promised it twice.
            if (slot.From <= now || !setup.Times.IsOpen(field, span) || (field.Mode is BookingMode.Headcount && !setup.HasSlot(field, span))) return 0;
            if (field.Mode is BookingMode.Headcount) return Math.Max(0, field.Capacity - taken.MostPlacesOf(field.Id, span));
            return taken.IsTaken(field.Id, field.Units.Single(unit => unit.Code == slot.Unit), span) ? 0 : 1;
        }
    }
}

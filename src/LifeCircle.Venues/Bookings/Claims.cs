using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Availability;
using LifeCircle.Venues.Draws;
using LifeCircle.Venues.Feeds.OpenActive;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Bookings;

/// <summary>
/// Takes places and gives them back. Nobody looks first and takes then: the database decides, and a plain conflict is an answer, not an error, so that a race
/// for one slot costs no deadlocks. Last in a transaction, because others wait for the end of it; several slots in the order of time.
/// </summary>
internal static class Claims
{
    /// <exception cref="RuleBroken">Somebody else has it, or lots are drawn for it.</exception>
    public static async Task TakeAsync(VenuesDbContext db, Booking booking, Setup setup, CancellationToken cancel)
    {
        var field = setup.Fields[booking.FieldId];
        // Here, where everybody passes who takes a place, however they came to it.
        if (setup.IsInDraw(field, field.Units.FirstOrDefault(unit => unit.Code == booking.Unit), booking.Span)) throw new RuleBroken(DrawRules.SlotInDraw, "from");
        if (field.Mode is BookingMode.Headcount) await TakePlacesAsync(db, booking, field, setup, cancel);
        else await TakeUnitAsync(db, booking, field, cancel);
        db.NoteOpenSlots(booking);
        db.NoteTaken(booking);
    }

    public static async Task GiveBackAsync(VenuesDbContext db, Booking booking, CancellationToken cancel)
    {
        if (booking.Unit is not null) await GiveBackUnitAsync(db, booking.Id, cancel);
        else await GiveBackPlacesAsync(db, booking.FieldId, booking.Span, booking.PartySize, cancel);
        db.NoteOpenSlots(booking);
        db.NoteTaken(booking);
    }

    /// <summary>
    /// For whoever gives back one place and takes another: one at a time in a school, because two that want each other's place would wait for each other.
    /// </summary>
    public static Task MoveAloneAsync(VenuesDbContext db, Guid schoolId, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({$"venues move {schoolId}"}, 0))", cancel);

    /// <summary>
    /// Gives back what a booking has and takes what it has after a move, under <see cref="MoveAloneAsync"/>. Places that it leaves and those that it wants are held
    /// in the order of time first, as whoever books several slots of them takes them.
    /// </summary>
    /// <exception cref="RuleBroken">Somebody else has it.</exception>
    public static async Task MoveAsync(VenuesDbContext db, Booking booking, Action move, Setup setup, CancellationToken cancel)
    {
        var (left, unit) = (SlotsOf(booking, setup), booking.Unit);
        var (fieldId, from, until, size) = (booking.FieldId, booking.From, booking.Until, booking.PartySize);
        db.NoteOpenSlots(booking); // there; and where it goes, with the taking
        db.NoteTaken(booking);
        move();
        await HoldPlacesAsync(db, [.. left.Union(SlotsOf(booking, setup)).OrderBy(slot => slot.Slot.From).ThenBy(slot => slot.Field)], cancel);
        if (unit is not null) await GiveBackUnitAsync(db, booking.Id, cancel);
        else await GiveBackPlacesAsync(db, fieldId, new(from, until), size, cancel);
        await TakeAsync(db, booking, setup, cancel);
    }

    /// <summary>
    /// Counts the places of fields booked by headcount anew, because their slots may be others after a change of the setup. Under its lock, when nobody books; no
    /// day is noted as changed, because what is known of days is known of a version of the setup.
    /// </summary>
    public static async Task CountAnewAsync(VenuesDbContext db, Setup setup, DateTimeOffset now, CancellationToken cancel)
    {
        var fields = setup.Fields.Values.Where(field => field.Mode is BookingMode.Headcount).ToList();
        if (fields.Count == 0) return;
        var ids = fields.ConvertAll(field => field.Id);
        await db.Database.ExecuteSqlAsync($"DELETE FROM headcount_session WHERE field_id = ANY ({ids}) AND ends_at > {now}", cancel);
        var bookings = await db.Set<Booking>().AsNoTracking().Where(row => ids.Contains(row.FieldId) && row.Until > now)
            .Where(BookingQueries.HoldsPlace).Select(row => new { row.FieldId, row.From, row.Until, row.PartySize }).ToListAsync(cancel);
        foreach (var day in bookings.GroupBy(row => (row.FieldId, Day: DistrictDay.Of(row.From))))
            foreach (var slot in setup.SlotsOf(setup.Fields[day.Key.FieldId], day.Key.Day).Where(slot => slot.Until > now))
                if (day.Where(row => slot.Meets(new(row.From, row.Until))).Sum(row => row.PartySize) is var taken and > 0)
                    await db.Database.ExecuteSqlAsync(
                        $"""
                        INSERT INTO headcount_session (field_id, starts_at, ends_at, taken) VALUES ({day.Key.FieldId}, {slot.From}, {slot.Until}, {taken})
                        ON CONFLICT (field_id, starts_at) DO UPDATE SET ends_at = excluded.ends_at, taken = excluded.taken
                        """, cancel);
    }

    private static async Task TakeUnitAsync(VenuesDbContext db, Booking booking, Field field, CancellationToken cancel)
    {
        var unit = field.Units.Single(unit => unit.Code == booking.Unit);
        var taken = await db.Database.ExecuteSqlAsync($"""
            INSERT INTO field_claim (booking_id, field_id, parts, during)
            VALUES ({booking.Id}, {field.Id}, int4range({unit.From}, {unit.Until}), tstzrange({booking.From}, {booking.Until}))
            ON CONFLICT DO NOTHING
            """, cancel);
        if (taken == 0) throw new RuleBroken(BookingRules.SlotTaken);
    }

    private static async Task TakePlacesAsync(VenuesDbContext db, Booking booking, Field field, Setup setup, CancellationToken cancel)
    {
        var slots = SlotsOf(booking, setup).ToList();
        DateTimeOffset[] begins = [.. slots.Select(slot => slot.Slot.From)];
        DateTimeOffset[] ends = [.. slots.Select(slot => slot.Slot.Until)];
        var taken = await db.Database.ExecuteSqlAsync($"""
            INSERT INTO headcount_session AS session (field_id, starts_at, ends_at, taken)
            SELECT {field.Id}, slot.begins, slot.ends, {booking.PartySize} FROM unnest({begins}, {ends}) AS slot (begins, ends) ORDER BY slot.begins
            ON CONFLICT (field_id, starts_at) DO UPDATE SET taken = session.taken + excluded.taken
              WHERE session.taken + excluded.taken <= {field.Capacity}
            """, cancel);
        if (taken < slots.Count) throw new RuleBroken(BookingRules.SessionFull);
    }

    // The slots whose places a booking takes; none where it has a unit.
    private static IEnumerable<(Guid Field, Span Slot)> SlotsOf(Booking booking, Setup setup)
    {
        var (field, span) = (setup.Fields[booking.FieldId], booking.Span);
        return field.Mode is not BookingMode.Headcount ? []
            : [.. setup.SlotsOf(field, DistrictDay.Of(span.From)).Where(slot => slot.Meets(span)).Select(slot => (field.Id, slot))];
    }

    private static async Task HoldPlacesAsync(VenuesDbContext db, List<(Guid Field, Span Slot)> slots, CancellationToken cancel)
    {
        if (slots.Count == 0) return;
        Guid[] fields = [.. slots.Select(slot => slot.Field)];
        DateTimeOffset[] begins = [.. slots.Select(slot => slot.Slot.From)];
        DateTimeOffset[] ends = [.. slots.Select(slot => slot.Slot.Until)];
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO headcount_session AS session (field_id, starts_at, ends_at, taken)
            SELECT slot.field, slot.begins, slot.ends, 0 FROM unnest({fields}, {begins}, {ends}) WITH ORDINALITY AS slot (field, begins, ends, place) ORDER BY slot.place
            ON CONFLICT (field_id, starts_at) DO UPDATE SET taken = session.taken
            """, cancel);
    }

    private static Task<int> GiveBackUnitAsync(VenuesDbContext db, Guid bookingId, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"DELETE FROM field_claim WHERE booking_id = {bookingId}", cancel);

    // The rows in order first: an UPDATE alone would lock them as it finds them.
    private static Task<int> GiveBackPlacesAsync(VenuesDbContext db, Guid fieldId, Span span, int size, CancellationToken cancel) => db.Database.ExecuteSqlAsync($"""
        WITH slot AS MATERIALIZED (
          SELECT starts_at FROM headcount_session
          WHERE field_id = {fieldId} AND starts_at < {span.Until} AND ends_at > {span.From} ORDER BY starts_at FOR UPDATE)
        UPDATE headcount_session AS session SET taken = session.taken - {size}
        FROM slot WHERE session.field_id = {fieldId} AND session.starts_at = slot.starts_at
        """, cancel);
}

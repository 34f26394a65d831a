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
        if ((await TakeAsync(db, [(booking, setup)], cancel)).TryGetValue(booking.Id, out var refusal)) throw refusal;
    }

    /// <summary>Takes what several bookings want, whoever comes first before the others, and returns by booking why one cannot have it.</summary>
    public static async Task<IReadOnlyDictionary<Guid, RuleBroken>> TakeAsync(
        VenuesDbContext db, IReadOnlyList<(Booking Booking, Setup Setup)> wanted, CancellationToken cancel)
    {
        var refused = new Dictionary<Guid, RuleBroken>();
        foreach (var (booking, setup) in wanted)
        {
            // Here, where everybody passes who takes a place, however they came to it.
            if (setup.IsInDraw(setup.Fields[booking.FieldId], UnitOf(booking, setup), booking.Span)) refused[booking.Id] = new(DrawRules.SlotInDraw, "from");
        }
        await TakePlacesAsync(db, [.. wanted.Where(row => row.Booking.Unit is null && !refused.ContainsKey(row.Booking.Id))], refused, cancel);
        await TakeUnitsAsync(db, [.. wanted.Where(row => row.Booking.Unit is not null && !refused.ContainsKey(row.Booking.Id))], refused, cancel);
        foreach (var (booking, _) in wanted)
        {
            if (refused.ContainsKey(booking.Id)) continue;
            db.NoteOpenSlots(booking);
            db.NoteTaken(booking);
        }
        return refused;
    }

    public static async Task GiveBackAsync(VenuesDbContext db, Booking booking, CancellationToken cancel)
    {
        if (booking.Unit is not null) await GiveBackUnitAsync(db, booking.Id, cancel);
        else await GiveBackPlacesAsync(db, booking.FieldId, booking.Span, booking.PartySize, booking.ChangedAt, cancel);
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
        await HoldPlacesAsync(db, InOrder(left.Union(SlotsOf(booking, setup))), booking.ChangedAt, cancel);
        if (unit is not null) await GiveBackUnitAsync(db, booking.Id, cancel);
        else await GiveBackPlacesAsync(db, fieldId, new(from, until), size, booking.ChangedAt, cancel);
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
                        INSERT INTO headcount_session AS session (field_id, starts_at, ends_at, taken, changed_at)
                        VALUES ({day.Key.FieldId}, {slot.From}, {slot.Until}, {taken}, {now})
                        ON CONFLICT (field_id, starts_at) DO UPDATE SET ends_at = excluded.ends_at, taken = excluded.taken,
                          change_number = DEFAULT, changed_at = GREATEST(session.changed_at, excluded.changed_at)
                        """, cancel);
    }

    private static async Task TakeUnitsAsync(
        VenuesDbContext db, List<(Booking Booking, Setup Setup)> wanted, Dictionary<Guid, RuleBroken> refused, CancellationToken cancel)
    {
        var left = wanted.ConvertAll(row => new WantedUnit(row.Booking, UnitOf(row.Booking, row.Setup)!));
        while (left.Count > 0)
        {
            // Together those that are not in each other's way; who came later than one that is in the way waits for how that ends.
            var (now, later) = (new List<WantedUnit>(), new List<WantedUnit>());
            foreach (var claim in left) (now.Exists(claim.Meets) || later.Exists(claim.Meets) ? later : now).Add(claim);
            var taken = await TakeUnitsAsync(db, now, cancel);
            foreach (var claim in now.Where(claim => !taken.Contains(claim.Booking.Id))) refused[claim.Booking.Id] = new(BookingRules.SlotTaken);
            left.Clear();
            foreach (var claim in later)
            {
                // Whatever kept out one is in the way of who wants that and more, too.
                if (now.Exists(first => taken.Contains(first.Booking.Id) ? claim.Meets(first) : claim.Covers(first))) refused[claim.Booking.Id] = new(BookingRules.SlotTaken);
                else left.Add(claim);
            }
        }
    }

    private static async Task<HashSet<Guid>> TakeUnitsAsync(VenuesDbContext db, List<WantedUnit> wanted, CancellationToken cancel)
    {
        List<WantedUnit> claims = [.. wanted.OrderBy(claim => claim.Booking.From).ThenBy(claim => claim.Booking.FieldId).ThenBy(claim => claim.Unit.From)];
        Guid[] bookings = [.. claims.Select(claim => claim.Booking.Id)], fields = [.. claims.Select(claim => claim.Booking.FieldId)];
        int[] firsts = [.. claims.Select(claim => claim.Unit.From)], lasts = [.. claims.Select(claim => claim.Unit.Until)];
        DateTimeOffset[] begins = [.. claims.Select(claim => claim.Booking.From)], ends = [.. claims.Select(claim => claim.Booking.Until)];
        var taken = await db.Database.SqlQuery<Guid>($"""
            INSERT INTO field_claim (booking_id, field_id, parts, during)
            SELECT claim.booking, claim.field, int4range(claim.first, claim.last), tstzrange(claim.begins, claim.ends)
            FROM unnest({bookings}, {fields}, {firsts}, {lasts}, {begins}, {ends}) WITH ORDINALITY AS claim (booking, field, first, last, begins, ends, place)
            ORDER BY claim.place
            ON CONFLICT DO NOTHING RETURNING booking_id
            """).ToListAsync(cancel);
        return [.. taken];
    }

    private static async Task TakePlacesAsync(
        VenuesDbContext db, List<(Booking Booking, Setup Setup)> wanted, Dictionary<Guid, RuleBroken> refused, CancellationToken cancel)
    {
        if (wanted.Count == 0) return;
        var now = wanted.Max(row => row.Booking.ChangedAt);
        var slots = wanted.ConvertAll(row => SlotsOf(row.Booking, row.Setup).ToList());
        var taken = await HoldPlacesAsync(db, InOrder(slots.SelectMany(of => of)), now, cancel);
        var more = new Dictionary<(Guid Field, Span Slot), int>();
        foreach (var ((booking, setup), places) in wanted.Zip(slots))
        {
            var capacity = setup.Fields[booking.FieldId].Capacity;
            if (places.Exists(slot => taken[(slot.Field, slot.Slot.From)] + more.GetValueOrDefault(slot) + booking.PartySize > capacity)) refused[booking.Id] = new(BookingRules.SessionFull);
            else
                foreach (var slot in places) more[slot] = more.GetValueOrDefault(slot) + booking.PartySize;
        }
        if (more.Count == 0) return;
        Guid[] fields = [.. more.Keys.Select(slot => slot.Field)];
        DateTimeOffset[] begins = [.. more.Keys.Select(slot => slot.Slot.From)];
        int[] sizes = [.. more.Values];
        await db.Database.ExecuteSqlAsync($"""
            UPDATE headcount_session AS session SET taken = session.taken + slot.size, change_number = DEFAULT, changed_at = GREATEST(session.changed_at, {now})
            FROM unnest({fields}, {begins}, {sizes}) AS slot (field, begins, size)
            WHERE session.field_id = slot.field AND session.starts_at = slot.begins
            """, cancel);
    }

    private static FieldUnit? UnitOf(Booking booking, Setup setup) => setup.Fields[booking.FieldId].Units.FirstOrDefault(unit => unit.Code == booking.Unit);

    private static List<(Guid Field, Span Slot)> InOrder(IEnumerable<(Guid Field, Span Slot)> slots) =>
        [.. slots.Distinct().OrderBy(slot => slot.Slot.From).ThenBy(slot => slot.Field)];

    // The slots whose places a booking takes; none where it has a unit.
    private static IEnumerable<(Guid Field, Span Slot)> SlotsOf(Booking booking, Setup setup)
    {
        var (field, span) = (setup.Fields[booking.FieldId], booking.Span);
        return field.Mode is not BookingMode.Headcount ? []
            : [.. setup.SlotsOf(field, DistrictDay.Of(span.From)).Where(slot => slot.Meets(span)).Select(slot => (field.Id, slot))];
    }

    // How many places are taken of each slot, which nobody else changes until the transaction ends.
    private static async Task<Dictionary<(Guid Field, DateTimeOffset From), int>> HoldPlacesAsync(
        VenuesDbContext db, List<(Guid Field, Span Slot)> slots, DateTimeOffset now, CancellationToken cancel)
    {
        if (slots.Count == 0) return [];
        Guid[] fields = [.. slots.Select(slot => slot.Field)];
        DateTimeOffset[] begins = [.. slots.Select(slot => slot.Slot.From)];
        DateTimeOffset[] ends = [.. slots.Select(slot => slot.Slot.Until)];
        var held = await db.Set<HeadcountSession>().FromSql($"""
            INSERT INTO headcount_session AS session (field_id, starts_at, ends_at, taken, changed_at)
            SELECT slot.field, slot.begins, slot.ends, 0, {now} FROM unnest({fields}, {begins}, {ends}) WITH ORDINALITY AS slot (field, begins, ends, place) ORDER BY slot.place
            ON CONFLICT (field_id, starts_at) DO UPDATE SET taken = session.taken RETURNING *
            """).AsNoTracking().ToListAsync(cancel);
        return held.ToDictionary(session => (session.FieldId, session.StartsAt), session => session.Taken);
    }

    private static Task<int> GiveBackUnitAsync(VenuesDbContext db, Guid bookingId, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"DELETE FROM field_claim WHERE booking_id = {bookingId}", cancel);

    // The rows in order first: an UPDATE alone would lock them as it finds them.
    private static Task<int> GiveBackPlacesAsync(
        VenuesDbContext db, Guid fieldId, Span span, int size, DateTimeOffset now, CancellationToken cancel) => db.Database.ExecuteSqlAsync($"""
        WITH slot AS MATERIALIZED (
          SELECT starts_at FROM headcount_session
          WHERE field_id = {fieldId} AND starts_at < {span.Until} AND ends_at > {span.From} ORDER BY starts_at FOR UPDATE)
        UPDATE headcount_session AS session SET taken = session.taken - {size}, change_number = DEFAULT, changed_at = GREATEST(session.changed_at, {now})
        FROM slot WHERE session.field_id = {fieldId} AND session.starts_at = slot.starts_at
        """, cancel);

    private sealed record WantedUnit(Booking Booking, FieldUnit Unit)
    {
        public bool Meets(WantedUnit other) => Booking.FieldId == other.Booking.FieldId && Booking.Span.Meets(other.Booking.Span)
            && Unit.From < other.Unit.Until && other.Unit.From < Unit.Until;

        public bool Covers(WantedUnit other) => Booking.FieldId == other.Booking.FieldId && Booking.From <= other.Booking.From && other.Booking.Until <= Booking.Until
            && Unit.From <= other.Unit.From && other.Unit.Until <= Unit.Until;
    }
}

using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;

namespace LifeCircle.Venues.Availability;

/// <summary>Slots without what is taken of them.</summary>
internal static class FreeSlots
{
    // Claims are read for so many days at once: a page is often full within the first.
    private const int DaysAtOnce = 7;

    /// <param name="db">The service's database.</param>
    /// <param name="question">Where and when.</param>
    /// <param name="after">The last slot of the page before.</param>
    /// <param name="count">How many at the most.</param>
    /// <param name="now">When.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>In the order of time, field and unit.</returns>
    public static async Task<IReadOnlyList<FreeSlot>> FindAsync(
        VenuesDbContext db, SlotQuestion question, SlotKey? after, int count, DateTimeOffset now, CancellationToken cancel)
    {
        var found = new List<FreeSlot>();
        if (question.Fields.Count == 0 || question.From >= question.Until) return found;
        var known = question.Setups;
        var last = DistrictDay.Of(question.Until.AddTicks(-1));
        var taken = TakenSlots.None;
        for (var (day, first) = (FirstDay(question, after), true); day <= last && found.Count < count; day = day.AddDays(1), first = false)
        {
            // The first day by itself: it is often enough for a page.
            if (day >= taken.Until) taken = await TakenSlots.ReadAsync(db, question.Fields, day, first ? 1 : Math.Min(DaysAtOnce, last.DayNumber - day.DayNumber + 1), cancel);
            found.AddRange(question.Fields.SelectMany(field => Of(known[field.SchoolId], field, day, taken, question, now))
                .Where(slot => slot.From >= question.From && slot.Until <= question.Until && slot.Places >= question.PartySize)
                .Where(slot => after is null || IsAfter(slot, after, known))
                .OrderBy(slot => slot.From).ThenBy(slot => slot.FieldId).ThenBy(slot => PlaceOf(slot.Unit, known[slot.SchoolId].Fields[slot.FieldId])));
        }
        return found.Count > count ? found.GetRange(0, count) : found;
    }

    private static DateOnly FirstDay(SlotQuestion question, SlotKey? after) =>
        DistrictDay.Of(after is not null && after.From > question.From ? after.From : question.From);

    private static IEnumerable<FreeSlot> Of(Setup setup, Field known, DateOnly day, TakenSlots taken, SlotQuestion question, DateTimeOffset now)
    {
        var terms = setup.TermsOn(day);
        var opens = DistrictDay.Begins(day.AddDays(-terms.DaysAhead));
        foreach (var slot in setup.SlotsOf(known, day))
        {
            if (slot.From <= now) continue;
            if (known.Mode is BookingMode.Headcount)
            {
                if (!setup.IsInDraw(known, null, slot)) yield return Free(null, known.Capacity - taken.PlacesOf(known.Id, slot));
            }
            else
                foreach (var unit in known.Units)
                    if (!taken.IsTaken(known.Id, unit, slot) && !setup.IsInDraw(known, unit, slot)) yield return Free(unit.Code, known.Capacity);

            FreeSlot Free(string? unit, int places) => new(known.Id, known.SchoolId, unit, slot.From.ToOffset(DistrictDay.Offset), slot.Until.ToOffset(DistrictDay.Offset), places,
                terms.FeePerHour, opens > now ? opens.ToOffset(DistrictDay.Offset) : null, question.Walks?.GetValueOrDefault(known.SchoolId));
        }
    }

    private static bool IsAfter(FreeSlot slot, SlotKey after, IReadOnlyDictionary<Guid, Setup> known)
    {
        var order = slot.From.CompareTo(after.From);
        if (order == 0) order = slot.FieldId.CompareTo(after.FieldId);
        if (order != 0) return order > 0;
        var field = known[slot.SchoolId].Fields[slot.FieldId];
        return PlaceOf(slot.Unit, field) > PlaceOf(after.Unit, field);
    }

    private static int PlaceOf(string? unit, Field field) => field.Units.Index().FirstOrDefault(known => known.Item.Code == unit).Index;
}

/// <summary>What is taken of some fields in a span of time.</summary>
internal sealed class TakenSlots
{
    private readonly ILookup<Guid, (int From, int Until, Span During)> _claims;
    private readonly ILookup<Guid, (Span Slot, int Taken)> _sessions;

    private TakenSlots(DateOnly until, ILookup<Guid, (int From, int Until, Span During)> claims, ILookup<Guid, (Span Slot, int Taken)> sessions) =>
        (Until, _claims, _sessions) = (until, claims, sessions);

    /// <summary>Of no day.</summary>
    public static TakenSlots None { get; } = new(DateOnly.MinValue, Array.Empty<FieldClaim>().ToLookup(row => row.FieldId, _ => default((int, int, Span))),
        Array.Empty<HeadcountSession>().ToLookup(row => row.FieldId, _ => default((Span, int))));

    /// <summary>The day behind the last that it knows of.</summary>
    public DateOnly Until { get; }

    public bool IsTaken(Guid field, FieldUnit unit, Span slot) =>
        _claims[field].Any(claim => claim.From < unit.Until && unit.From < claim.Until && claim.During.Meets(slot));

    public int PlacesOf(Guid field, Span slot) => _sessions[field].Where(session => session.Slot.Meets(slot)).Sum(session => session.Taken);

    /// <summary>The same over several slots in a row: what the fullest of them has.</summary>
    public int MostPlacesOf(Guid field, Span span) => _sessions[field].Where(session => session.Slot.Meets(span)).Select(session => session.Taken).DefaultIfEmpty().Max();

    /// <summary>On the days of a span.</summary>
    public static Task<TakenSlots> ReadAsync(VenuesDbContext db, IReadOnlyList<Field> fields, Span span, CancellationToken cancel)
    {
        var first = DistrictDay.Of(span.From);
        return ReadAsync(db, fields, first, DistrictDay.Of(span.Until.AddTicks(-1)).DayNumber - first.DayNumber + 1, cancel);
    }

    public static async Task<TakenSlots> ReadAsync(
        VenuesDbContext db, IReadOnlyList<Field> fields, DateOnly first, int days, CancellationToken cancel)
    {
        var (from, until) = (DistrictDay.Begins(first), DistrictDay.Begins(first.AddDays(days)));
        Guid[] exclusive = [.. fields.Where(field => field.Mode is BookingMode.Exclusive).Select(field => field.Id)];
        Guid[] byHeadcount = [.. fields.Where(field => field.Mode is BookingMode.Headcount).Select(field => field.Id)];
        var during = new NpgsqlRange<DateTime>(from.UtcDateTime, true, until.UtcDateTime, false);
        var claims = exclusive.Length == 0 ? []
            : await db.Set<FieldClaim>().AsNoTracking().Where(row => exclusive.Contains(row.FieldId) && row.During.Overlaps(during)).ToListAsync(cancel);
        var sessions = byHeadcount.Length == 0 ? []
            : await db.Set<HeadcountSession>().AsNoTracking().Where(row => byHeadcount.Contains(row.FieldId) && row.StartsAt < until && row.EndsAt > from).ToListAsync(cancel);
        return new(first.AddDays(days),
            claims.ToLookup(row => row.FieldId, row => (row.Parts.LowerBound, row.Parts.UpperBound, new Span(row.During.LowerBound, row.During.UpperBound))),
            sessions.ToLookup(row => row.FieldId, row => (new Span(row.StartsAt, row.EndsAt), row.Taken)));
    }
}

using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;

namespace LifeCircle.Venues.Availability;

/// <summary>Slots without what is taken of them.</summary>
internal static class FreeSlots
{
    // What is taken is read for so many days at once: a page is often full within the first.
    private const int DaysAtOnce = 7;

    /// <param name="db">The service's database.</param>
    /// <param name="cache">What is taken.</param>
    /// <param name="question">Where and when.</param>
    /// <param name="after">The last slot of the page before.</param>
    /// <param name="count">How many at the most.</param>
    /// <param name="now">When.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>In the order of time, field and unit.</returns>
    public static async Task<IReadOnlyList<FreeSlot>> FindAsync(
        VenuesDbContext db, TakenCache cache, SlotQuestion question, SlotKey? after, int count, DateTimeOffset now, CancellationToken cancel)
    {
        var found = new List<FreeSlot>();
        if (question.Fields.Count == 0 || question.From >= question.Until) return found;
        var first = DistrictDay.Of(after is not null && after.From > question.From ? after.From : question.From);
        var last = DistrictDay.Of(question.Until.AddTicks(-1));
        var (known, taken) = (first, TakenSlots.None);
        for (var day = first; day <= last && found.Count < count; day = day.AddDays(1))
        {
            if (day >= known)
            {
                // The first day by itself: it is often enough for a page.
                var days = day == first ? 1 : Math.Min(DaysAtOnce, last.DayNumber - day.DayNumber + 1);
                known = day.AddDays(days);
                taken = await cache.ReadAsync(db, [.. Enumerable.Range(0, days).SelectMany(ahead => OpenOn(day.AddDays(ahead)))], cancel);
            }
            // Only as many as are wanted: a day of a field with many units has hundreds.
            foreach (var (field, slot) in SlotsOn(day).OrderBy(one => one.Slot.From).ThenBy(one => one.Field.Id))
            {
                found.AddRange(Of(question, field, slot, day, taken, after, now).Take(count - found.Count));
                if (found.Count == count) break;
            }
        }
        return found;

        IEnumerable<FieldDay> OpenOn(DateOnly day) => question.Fields.Where(field => question.Setups[field.SchoolId].SlotsOf(field, day).Count > 0)
            .Select(field => new FieldDay(field.Id, day, question.Setups[field.SchoolId].School.SetupVersion));

        IEnumerable<(Field Field, Span Slot)> SlotsOn(DateOnly day) => question.Fields.SelectMany(
            field => question.Setups[field.SchoolId].SlotsOf(field, day), (field, slot) => (field, slot))
            .Where(one => one.slot.From > now && one.slot.From >= question.From && one.slot.Until <= question.Until && (after is null || one.slot.From >= after.From));
    }

    private static IEnumerable<FreeSlot> Of(SlotQuestion question, Field field, Span slot, DateOnly day, TakenSlots taken, SlotKey? after, DateTimeOffset now)
    {
        var (setup, of, minutes) = (question.Setups[field.SchoolId], taken.On(field.Id, day), slot.On(day));
        var begins = FirstPlace(field, slot, after);
        var free = new FreeSlot(field.Id, field.SchoolId, null, slot.From.ToOffset(DistrictDay.Offset), slot.Until.ToOffset(DistrictDay.Offset), field.Capacity,
            setup.TermsOn(day).FeePerHour, BookableFrom(setup, day, now), question.Walks?.GetValueOrDefault(field.SchoolId));
        if (field.Mode is BookingMode.Headcount)
        {
            var places = field.Capacity - of.PlacesIn(minutes);
            if (begins == 0 && places >= question.PartySize && !setup.IsInDraw(field, null, slot)) yield return free with { Places = places };
        }
        else if (field.Capacity >= question.PartySize)
        {
            var parts = of.PartsIn(minutes);
            foreach (var unit in field.Units.Skip(begins))
                if ((parts & TakenDay.PartsOf(unit)) == 0 && !setup.IsInDraw(field, unit, slot)) yield return free with { Unit = unit.Code };
        }
    }

    // Which unit of a slot comes first behind the last page; beyond them all if none does.
    private static int FirstPlace(Field field, Span slot, SlotKey? after)
    {
        if (after is null || slot.From != after.From || field.Id.CompareTo(after.FieldId) > 0) return 0;
        return field.Id == after.FieldId ? field.Units.Index().FirstOrDefault(known => known.Item.Code == after.Unit).Index + 1 : int.MaxValue;
    }

    private static DateTimeOffset? BookableFrom(Setup setup, DateOnly day, DateTimeOffset now)
    {
        var opens = DistrictDay.Begins(day.AddDays(-setup.TermsOn(day).DaysAhead));
        return opens > now ? opens.ToOffset(DistrictDay.Offset) : null;
    }
}

/// <summary>A day of a field, under a version of its school's setup.</summary>
internal readonly record struct FieldDay(Guid Field, DateOnly Day, long SetupVersion);

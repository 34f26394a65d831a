using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Availability;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Calendars;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;

namespace LifeCircle.Venues.Draws;

/// <summary>Reads which slots are drawn for, against the school's times and what is taken.</summary>
internal static class DrawnSlots
{
    public const int Most = 200;

    private const int HorizonDays = 90;

    /// <summary>By time and unit, numbered from 1.</summary>
    /// <param name="db">The service's database; under the lock of the setup, so that nobody takes one meanwhile.</param>
    /// <param name="setup">The school's.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="now">When.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="RuleBroken">Naming the field.</exception>
    public static async Task<IReadOnlyList<DrawSlot>> ReadAsync(VenuesDbContext db, Setup setup, AnnounceDrawRequest request, DateTimeOffset now, CancellationToken cancel)
    {
        if (!setup.Fields.TryGetValue(request.FieldId, out var field)) throw new RuleBroken(VenuesRules.FieldNotFound, "field_id");
        if (field.RetiredAt is not null) throw new RuleBroken(VenuesRules.FieldRetired, "field_id");
        if (request.Slots.Count == 0 == request.Days is null)
            throw new RuleBroken(VenuesRules.ValueInvalid, "slots", "Give either slots or days.", "slots 与 days 须二选一。");
        var units = UnitsOf(field, request.Units);
        var spans = request.Days is { } days ? SpansOn(setup, field, days, now) : SpansIn(setup, field, request.Slots, now);
        if (spans.Count == 0) throw new RuleBroken(DrawRules.NoSlots, "days");
        var taken = await TakenSlots.ReadAsync(db, [field], new Span(spans[0].Span.From, spans[^1].Span.Until), cancel);
        var free = new List<(Span Span, FieldUnit? Unit)>();
        foreach (var (span, place) in spans)
            foreach (var unit in units)
                if (WhyNot(unit, span) is not { } why) free.Add((span, unit));
                else if (place is not null) throw new RuleBroken(why, place);
        if (free.Count == 0) throw new RuleBroken(DrawRules.NoSlots, "days");
        if (free.Count > Most) throw new RuleBroken(VenuesRules.ValueInvalid, "slots", $"{Most} slots at the most.", $"最多 {Most} 个时段。");
        return [.. free.Select((slot, place) => new DrawSlot(place + 1, slot.Unit?.Code, slot.Span.From, slot.Span.Until))];

        Rule? WhyNot(FieldUnit? unit, Span span) => setup.IsInDraw(field, unit, span) ? DrawRules.SlotInDraw
            : unit is not null && taken.IsTaken(field.Id, unit, span) ? DrawRules.SlotBooked : null;
    }

    private static List<FieldUnit?> UnitsOf(Field field, IReadOnlyList<string> codes)
    {
        if (field.Mode is BookingMode.Headcount)
            return codes.Count == 0 ? [null] : throw new RuleBroken(BookingRules.UnitUnknown, "units", "It is booked by headcount.", "该场地按人数预订。");
        List<FieldUnit?> units = [];
        foreach (var (place, code) in (codes.Count == 0 ? [FieldUnit.Whole] : codes).Index())
        {
            var unit = field.Units.FirstOrDefault(unit => unit.Code == code) ?? throw new RuleBroken(BookingRules.UnitUnknown, $"units[{place}]");
            if (units.Exists(other => other!.From < unit.Until && unit.From < other.Until))
                throw new RuleBroken(VenuesRules.ValueInvalid, $"units[{place}]", "It has a part in common with another unit.", "与其他分区重叠。");
            units.Add(unit);
        }
        return units;
    }

    // Every slot that is there and lies in the time; what is taken is left out.
    private static List<(Span Span, string? Place)> SpansOn(Setup setup, Field field, DrawDaysRequest days, DateTimeOffset now)
    {
        var time = days.Time.Minutes;
        if (time.IsEmpty) throw new RuleBroken(VenuesRules.ValueInvalid, "days.time.until", "It must be later than from.", "结束时间须晚于开始时间。");
        if (days.Until < days.From) throw new RuleBroken(VenuesRules.ValueInvalid, "days.until", "It must not be before from.", "不得早于开始日期。");
        var today = DistrictDay.Of(now);
        if (days.From < today || days.Until > today.AddDays(HorizonDays))
            throw new RuleBroken(VenuesRules.ValueInvalid, days.From < today ? "days.from" : "days.until", $"From today on, {HorizonDays} days ahead at the most.", $"须自今日起，最多提前 {HorizonDays} 天。");
        return [.. Enumerable.Range(0, days.Until.DayNumber - days.From.DayNumber + 1).Select(days.From.AddDays).Where(day => days.Weekdays.Contains(WeekdayOf(day)))
            .SelectMany(day => setup.SlotsOf(field, day).Where(slot => slot.From > now && slot.On(day) is var on && time.From <= on.From && on.Until <= time.Until))
            .Select(slot => (slot, (string?)null))];
    }

    private static List<(Span Span, string? Place)> SpansIn(Setup setup, Field field, IReadOnlyList<DrawSlotRequest> slots, DateTimeOffset now)
    {
        var spans = new List<(Span Span, string? Place)>();
        foreach (var (place, slot) in slots.Index())
        {
            var (span, at) = (new Span(slot.From.ToUniversalTime(), slot.Until.ToUniversalTime()), $"slots[{place}]");
            var day = DistrictDay.Of(span.From);
            if (span.From >= span.Until || DistrictDay.Of(span.Until.AddTicks(-1)) != day) throw new RuleBroken(BookingRules.IntervalInvalid, $"{at}.until");
            if (span.From <= now) throw new RuleBroken(BookingRules.Past, $"{at}.from");
            if (day > DistrictDay.Of(now).AddDays(HorizonDays)) throw new RuleBroken(BookingRules.TooFarAhead, $"{at}.from", $"{HorizonDays} days ahead at the most.", $"最多提前 {HorizonDays} 天。");
            if (!setup.Times.IsOpen(field, span)) throw new RuleBroken(BookingRules.NotOpen, $"{at}.from");
            var known = setup.SlotsOf(field, day).Where(other => other.Meets(span)).ToList();
            if (known.Count == 0 || known[0].From != span.From || known[^1].Until != span.Until || known.Count > setup.TermsOn(day).MostSlots)
                throw new RuleBroken(BookingRules.NoSlot, at);
            if (spans.Exists(other => other.Span.Meets(span))) throw new RuleBroken(VenuesRules.ValueInvalid, at, "It meets another slot.", "与其他时段重叠。");
            spans.Add((span, at));
        }
        return [.. spans.OrderBy(slot => slot.Span.From)];
    }

    private static Weekday WeekdayOf(DateOnly day) => day.DayOfWeek is DayOfWeek.Sunday ? Weekday.Sunday : (Weekday)day.DayOfWeek;
}

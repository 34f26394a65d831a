using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Terms;

namespace LifeCircle.Venues.Bookings.Making;

/// <summary>A group that books together.</summary>
public sealed record GroupRequest
{
    /// <summary>What it is called.</summary>
    [TextLength(1, 100)]
    public required string Name { get; init; }

    /// <summary>Its accident insurance: insurer and number of the policy. By giving it, the leader confirms that it covers everybody.</summary>
    [TextLength(1, 100)]
    public required string InsuranceReference { get; init; }
}

/// <summary>What is booked, when and for how many.</summary>
public record SlotRequest
{
    /// <summary>The field.</summary>
    public required Guid FieldId { get; init; }

    /// <summary>Code of a unit of it; left out: the whole, or places where it is booked by headcount.</summary>
    [TextLength(1, 30)]
    public string? Unit { get; init; }

    /// <summary>When a slot begins.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When that slot, or one after it, ends.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>How many persons, with the one who books. Nobody needs to name them.</summary>
    [Between(1, 2_000)]
    public int PartySize { get; init; } = 1;

    /// <summary>Needed from so many persons on as the school says.</summary>
    public GroupRequest? Group { get; init; }

    /// <summary>Why it should cost nothing. Age is checked by the resident ID, the others by the gate.</summary>
    public FreeGroup? FreeGroup { get; init; }

    /// <summary>Where the fee was paid; needed where there is one, at the latest to confirm a hold.</summary>
    [TextLength(1, 100)]
    public string? PaymentReference { get; init; }

    internal Span Span => new(From.ToUniversalTime(), Until.ToUniversalTime());

    /// <exception cref="RuleBroken">Whatever the school, there can be no such slot.</exception>
    internal void RequireInterval()
    {
        // The years first: the last hours of the calendar have no day in the district.
        if (From.Year < 2000 || Until.Year > 2200 || From >= Until || DistrictDay.Of(Until.AddTicks(-1)) != DistrictDay.Of(From)) throw new RuleBroken(BookingRules.IntervalInvalid, "until");
    }

    /// <summary>Reads it against the school's times and terms.</summary>
    /// <param name="setup">The school's.</param>
    /// <param name="person">Who books; null where the person is known and age was checked before.</param>
    /// <param name="now">When.</param>
    /// <param name="inSeries">It is an occurrence of a recurring booking, which may reach further ahead.</param>
    /// <exception cref="RuleBroken">Naming the field.</exception>
    internal BookingDetails Read(Setup setup, PersonDetails? person, DateTimeOffset now, bool inSeries = false)
    {
        RequireInterval();
        if (!setup.Fields.TryGetValue(FieldId, out var field)) throw new RuleBroken(VenuesRules.FieldNotFound, "field_id");
        if (field.RetiredAt is not null) throw new RuleBroken(VenuesRules.FieldRetired, "field_id");
        var day = DistrictDay.Of(From);
        var terms = setup.TermsOn(day);
        RequireSlot(setup, field, terms, inSeries ? Math.Max(terms.DaysAhead, terms.SeriesDaysAhead) : terms.DaysAhead, day, now);
        return ReadParty(setup, person);
    }

    /// <summary>Reads for whom it is, of a slot that is known to be there.</summary>
    /// <param name="setup">The school's.</param>
    /// <param name="person">Who books; null where the person is known and age was checked before.</param>
    /// <exception cref="RuleBroken">Naming the field.</exception>
    internal BookingDetails ReadParty(Setup setup, PersonDetails? person)
    {
        var (field, day) = (setup.Fields[FieldId], DistrictDay.Of(From));
        var terms = setup.TermsOn(day);
        if (PartySize > field.Capacity) throw new RuleBroken(BookingRules.PartyTooLarge, "party_size", $"It takes {field.Capacity} persons.", $"可容纳 {field.Capacity} 人。");
        if (PartySize >= terms.GroupFrom && Group is null) throw new RuleBroken(BookingRules.GroupMissing, "group");
        RequireFreeGroup(terms, person, day);
        return new(Span, UnitOf(field), PartySize, Group is { } group ? Read(group) : null, FreeGroup, FeeOf(field, terms),
            VenuesRules.Text.Optional(PaymentReference, "payment_reference", 100));
    }

    private void RequireSlot(Setup setup, Field field, BookingTerms terms, int daysAhead, DateOnly day, DateTimeOffset now)
    {
        if (Span.From <= now) throw new RuleBroken(BookingRules.Past, "from");
        if (day > DistrictDay.Of(now).AddDays(daysAhead))
            throw new RuleBroken(BookingRules.TooFarAhead, "from", $"{daysAhead} days ahead at the most.", $"最多提前 {daysAhead} 天。");
        if (!setup.Times.IsOpen(field, Span))
        {
            var why = setup.Times.Explain(field, Span.From).Because is { } because ? WireNames.Of(because) : "part of it";
            throw new RuleBroken(BookingRules.NotOpen, "from", $"Not open: {why}.", $"不开放：{why}。");
        }
        var slots = setup.SlotsOf(field, day).Where(slot => slot.Meets(Span)).ToList();
        if (slots.Count == 0 || slots[0].From != Span.From || slots[^1].Until != Span.Until) throw new RuleBroken(BookingRules.NoSlot, "from");
        if (slots.Count > terms.MostSlots) throw new RuleBroken(BookingRules.NoSlot, "until", $"{terms.MostSlots} slots in a row at the most.", $"最多连续 {terms.MostSlots} 个时段。");
    }

    private FieldUnit? UnitOf(Field field) => (field.Mode, Unit) switch
    {
        (BookingMode.Headcount, null) => null,
        (BookingMode.Headcount, _) => throw new RuleBroken(BookingRules.UnitUnknown, "unit", "It is booked by headcount.", "该场地按人数预订。"),
        _ => field.Units.FirstOrDefault(unit => unit.Code == (Unit ?? FieldUnit.Whole)) ?? throw new RuleBroken(BookingRules.UnitUnknown, "unit"),
    };

    private void RequireFreeGroup(BookingTerms terms, PersonDetails? person, DateOnly day)
    {
        if (FreeGroup is not { } group) return;
        var fits = group switch
        {
            Terms.FreeGroup.Aged60 => person?.IsAged(60, day) is not false,
            Terms.FreeGroup.Aged65 => person?.IsAged(65, day) is not false,
            _ => true,
        };
        if (!fits || !terms.FreeGroups.Contains(group)) throw new RuleBroken(BookingRules.GroupNotFree, "free_group");
    }

    private decimal FeeOf(Field field, BookingTerms terms)
    {
        if (FreeGroup is not null) return 0.00m;
        var hours = (decimal)(Until - From).TotalHours;
        return decimal.Round(terms.FeePerHour.Amount * hours * (field.Mode is BookingMode.Headcount ? PartySize : 1), 2, MidpointRounding.AwayFromZero) + 0.00m; // two decimals, as it is stored
    }

    private static BookingGroup Read(GroupRequest group) => new(
        VenuesRules.Text.Require(group.Name, "group.name", 100), VenuesRules.Text.Require(group.InsuranceReference, "group.insurance_reference", 100));
}

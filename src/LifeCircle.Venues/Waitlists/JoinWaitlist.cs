using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings.Making;
using LifeCircle.Venues.Draws;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schedules;
using LifeCircle.Venues.Schools;
using LifeCircle.Venues.Terms;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Waitlists;

/// <summary>Which slot somebody waits for.</summary>
public sealed record JoinWaitlistRequest
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

    /// <summary>How many persons, with the one who books.</summary>
    [Between(1, 2_000)]
    public int PartySize { get; init; } = 1;

    /// <summary>Needed from so many persons on as the school says.</summary>
    public GroupRequest? Group { get; init; }

    /// <summary>Why it should cost nothing.</summary>
    public FreeGroup? FreeGroup { get; init; }

    /// <summary>Who waits, and leads the group if it is one.</summary>
    public required PersonRequest Person { get; init; }

    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(JoinWaitlistRequest);

    internal SlotRequest Slot() => new()
    {
        FieldId = FieldId,
        Unit = Unit,
        From = From,
        Until = Until,
        PartySize = PartySize,
        Group = Group,
        FreeGroup = FreeGroup,
    };
}

/// <summary>
/// Somebody waits for a slot that is taken. The same may be asked as of a booking, but for the quota, which counts when an offer is made. An ordinary booking that
/// comes between a place's becoming free and its offer wins, as whoever comes first has it; the line then waits for the next place.
/// </summary>
public static class JoinWaitlist
{
    /// <summary>Entries that may wait for a place or parts of it; whoever came later would hardly get it.</summary>
    public const int LongestLine = 50;

    /// <summary>Slots that one person may wait for.</summary>
    public const int MostEntries = 20;

    internal static async Task<CreatedVersioned<WaitlistAnswer>> Handle(JoinWaitlistRequest request, Caller caller, VenuesDbContext db, Setups setups,
        PersonalData personal, BlindIndex indexes, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var wanted = request.Slot();
        wanted.RequireInterval();
        var details = request.Person.Read("person", DistrictDay.Of(now));
        var schoolId = await db.VisibleFields(caller).Where(row => row.Id == request.FieldId).Select(row => (Guid?)row.SchoolId).SingleOrDefaultAsync(cancel)
            ?? throw new RuleBroken(VenuesRules.FieldNotFound, "field_id");
        await db.KeepSetupAsync(schoolId, cancel);
        var setup = await setups.OfAsync(db, schoolId, cancel);
        var slot = wanted.Read(setup, details, now);
        var field = setup.Fields[request.FieldId];
        if (setup.IsInDraw(field, slot.Unit, slot.Span)) throw new RuleBroken(DrawRules.SlotInDraw, "from");

        var person = await db.HoldPersonAsync(details, personal, indexes, now, cancel);
        person.RequireNotBanned(now);
        if ((await FreePlaces.ReadAsync(db, setup, field, DistrictDay.Of(slot.Span.From), cancel)).Fit(slot)) throw new RuleBroken(WaitlistRules.SlotFree, "from");
        await RequireOnceAsync(db, person.Id, field.Id, slot.Span, now, cancel);
        // One at a time joins a line: so it has its length, and its order is that of its numbers.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({$"venues line {field.Id}"}, 0))", cancel);
        var (from, until) = (slot.Span.From, slot.Span.Until);
        var length = await db.Set<WaitlistEntry>().CountAsync(row => row.FieldId == field.Id && row.State == WaitlistState.Waiting && row.From < until && row.Until > from, cancel);
        if (length >= LongestLine) throw new RuleBroken(WaitlistRules.LineFull, "from", $"{LongestLine} at the most.", $"最多 {LongestLine} 人。");
        var entry = WaitlistEntry.Join(setup.School, field, slot, person.Id, caller.OperatorId, now);
        db.Add(entry);
        db.TellWaitlist(entry, now);
        await db.SaveChangesAsync(cancel);
        return ETags.Created($"/venues/v1/waitlist/{entry.Id}", WaitlistAnswer.Of(entry, await db.PositionAsync(entry, cancel)), entry.Version);
    }

    // The person is held, so nobody joins for it meanwhile.
    private static async Task RequireOnceAsync(VenuesDbContext db, Guid personId, Guid fieldId, Span span, DateTimeOffset now, CancellationToken cancel)
    {
        var entries = await db.Set<WaitlistEntry>().AsNoTracking()
            .Where(row => row.PersonId == personId && row.From > now && (row.State == WaitlistState.Waiting || row.State == WaitlistState.Offered)).ToListAsync(cancel);
        if (entries.Exists(row => row.FieldId == fieldId && row.Span.Meets(span))) throw new RuleBroken(WaitlistRules.WaitsAlready, "from");
        if (entries.Count >= MostEntries) throw new RuleBroken(WaitlistRules.TooManyEntries, "person", $"{MostEntries} at the most.", $"最多 {MostEntries} 个。");
    }
}

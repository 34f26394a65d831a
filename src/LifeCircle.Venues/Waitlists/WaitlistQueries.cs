using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Waitlists;

/// <summary>Who sees which entries, and who stands before whom.</summary>
internal static class WaitlistQueries
{
    /// <summary>An operator's client sees those of its operator, a system of the district all in its division.</summary>
    public static IQueryable<WaitlistEntry> VisibleTo(this IQueryable<WaitlistEntry> entries, Caller caller)
    {
        if (caller.OperatorId is { } self) entries = entries.Where(row => row.OperatorId == self);
        return caller.DivisionCode is { } own ? entries.Where(row => row.DivisionCode.StartsWith(own)) : entries;
    }

    /// <exception cref="RuleBroken">There is none that the caller may see.</exception>
    public static async Task<WaitlistEntry> EntryAsync(this VenuesDbContext db, Guid id, Caller caller, CancellationToken cancel) =>
        await db.Set<WaitlistEntry>().VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw new RuleBroken(WaitlistRules.NotFound);

    /// <summary>Places in the line of those that wait, from 1, by entry.</summary>
    public static async Task<Dictionary<Guid, int>> PositionsAsync(this VenuesDbContext db, IReadOnlyList<WaitlistEntry> entries, CancellationToken cancel)
    {
        var waiting = entries.Where(row => row.State is WaitlistState.Waiting).ToList();
        if (waiting.Count == 0) return [];
        var ids = waiting.Select(row => row.FieldId).Distinct().ToList();
        var (from, until) = (waiting.Min(row => row.From), waiting.Max(row => row.Until));
        var fields = await db.Set<Field>().AsNoTracking().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancel);
        var others = await db.Set<WaitlistEntry>().AsNoTracking()
            .Where(row => ids.Contains(row.FieldId) && row.State == WaitlistState.Waiting && row.From < until && row.Until > from)
            .Select(row => new { row.FieldId, row.Number, row.Unit, row.From, row.Until }).ToListAsync(cancel);
        return waiting.ToDictionary(row => row.Id, row => 1 + others.Count(other =>
            other.FieldId == row.FieldId && other.Number < row.Number && row.Span.Meets(new Span(other.From, other.Until)) && Meet(fields[row.FieldId], row.Unit, other.Unit)));
    }

    public static async Task<int?> PositionAsync(this VenuesDbContext db, WaitlistEntry entry, CancellationToken cancel) =>
        (await db.PositionsAsync([entry], cancel)).TryGetValue(entry.Id, out var position) ? position : null;

    // A unit that is not there any more is in nobody's way.
    private static bool Meet(Field field, string? unit, string? other) => unit == other
        || (PartsOf(field, unit) is { } own && PartsOf(field, other) is { } others && own.From < others.Until && others.From < own.Until);

    private static FieldUnit? PartsOf(Field field, string? unit) => field.Units.FirstOrDefault(known => known.Code == unit);
}

using System.Globalization;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Availability;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Feeds.OpenActive;

/// <summary>
/// Compares what is open now with what was published last, and writes what differs. The caller holds the lock of the open data until it commits: so numbers
/// are committed in their order, no reader passes one that comes later, and nobody writes what he has read before somebody else has written.
/// </summary>
internal sealed class OpenItems(VenuesDbContext db, Setups setups, DateTimeOffset now)
{
    public const int DaysAhead = 60;

    private const int DaysDeletedAreKept = 14;
    private const int MostAtOnce = 5_000;

    private long _modified;

    /// <summary>False: another replica has it.</summary>
    public static Task<bool> TakeLockAsync(VenuesDbContext db, CancellationToken cancel) =>
        db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock(hashtextextended('venues open data', 0)) AS \"Value\"").SingleAsync(cancel);

    /// <summary>First day and last day of the open data.</summary>
    public static (DateOnly First, DateOnly Last) Days(DateTimeOffset now) => (DistrictDay.Of(now), DistrictDay.Of(now).AddDays(DaysAhead));

    /// <summary>Compares days of fields of a school; null: the fields themselves, and all of their days.</summary>
    public async Task CompareAsync(Guid schoolId, IReadOnlySet<(Guid Field, DateOnly Day)>? wanted, CancellationToken cancel)
    {
        var setup = await setups.OfAsync(db, schoolId, cancel);
        foreach (var field in setup.Fields.Values.OrderBy(field => field.Id))
            if (wanted is null) await CompareFieldAsync(setup, field, cancel);
            else if (wanted.Where(due => due.Field == field.Id).Select(due => due.Day).Order().ToArray() is { Length: > 0 } days)
                await CompareDaysAsync(setup, field, days, cancel);
    }

    /// <summary>What has begun cannot be booked any more.</summary>
    public async Task DeleteBegunAsync(CancellationToken cancel)
    {
        await BeginAsync(cancel);
        await db.Database.ExecuteSqlAsync($"""
            UPDATE open_item AS item SET data = NULL, modified = {_modified} + begun.number, written_at = {now}
            FROM (SELECT id, row_number() OVER (ORDER BY starts_at, id) AS number FROM open_item
                  WHERE data IS NOT NULL AND starts_at <= {now} ORDER BY starts_at, id LIMIT {MostAtOnce}) AS begun
            WHERE item.id = begun.id
            """, cancel);
    }

    private async Task CompareFieldAsync(Setup setup, Field field, CancellationToken cancel)
    {
        var id = field.Id.ToString();
        var known = await db.Set<OpenItem>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel);
        var data = OpenJson.FacilityUse(setup.School, field);
        if (data != known?.Data) await WriteAsync([new(id, OpenFeed.FacilityUses, "FacilityUse", field.Id, null, null, data)], cancel);
        var (first, last) = Days(now);
        // Also days that are not published any more, if there are.
        var published = await db.Set<OpenItem>().Where(row => row.FieldId == field.Id && row.Data != null && (row.Day < first || row.Day > last))
            .Select(row => row.Day!.Value).Distinct().ToListAsync(cancel);
        await CompareDaysAsync(setup, field, [.. Enumerable.Range(0, DaysAhead + 1).Select(first.AddDays).Concat(published).Order()], cancel);
        await db.Database.ExecuteSqlAsync($"UPDATE open_item SET covered_until = {last} WHERE id = {id}", cancel);
        // The last of all stays, so that numbers go on from there.
        await db.Database.ExecuteSqlAsync($"""
            DELETE FROM open_item WHERE field_id = {field.Id} AND data IS NULL AND written_at < {now.AddDays(-DaysDeletedAreKept)}
            AND day IS NOT NULL AND modified < (SELECT max(modified) FROM open_item)
            """, cancel);
    }

    private async Task CompareDaysAsync(Setup setup, Field field, DateOnly[] days, CancellationToken cancel)
    {
        var (first, last) = Days(now);
        var known = await db.Set<OpenItem>().AsNoTracking().Where(row => row.FieldId == field.Id && row.Day != null && days.Contains(row.Day.Value) && row.Data != null)
            .ToDictionaryAsync(row => row.Id, cancel);
        var taken = await TakenSlots.ReadAsync(db, [field], days[0], days[^1].DayNumber - days[0].DayNumber + 1, cancel);
        var fresh = days.Where(day => day >= first && day <= last && field.RetiredAt is null).SelectMany(day => SlotsOf(setup, field, day, taken)).ToList();
        var changed = fresh.FindAll(item => known.GetValueOrDefault(item.Id)?.Data != item.Data);
        var ids = fresh.Select(item => item.Id).ToHashSet();
        changed.AddRange(known.Values.Where(row => !ids.Contains(row.Id)).OrderBy(row => row.StartsAt).ThenBy(row => row.Id, StringComparer.Ordinal)
            .Select(row => new Fresh(row.Id, row.Feed, row.Kind, row.FieldId, row.Day, row.StartsAt, null)));
        await WriteAsync(changed, cancel);
    }

    private IEnumerable<Fresh> SlotsOf(Setup setup, Field field, DateOnly day, TakenSlots taken)
    {
        var terms = setup.TermsOn(day);
        foreach (var slot in setup.SlotsOf(field, day).Where(slot => slot.From > now))
        {
            if (field.Mode is BookingMode.Headcount) yield return Of(null, setup.IsInDraw(field, null, slot) ? 0 : Math.Max(0, field.Capacity - taken.PlacesOf(field.Id, slot)), slot);
            foreach (var unit in field.Units) yield return Of(unit, taken.IsTaken(field.Id, unit, slot) || setup.IsInDraw(field, unit, slot) ? 0 : 1, slot);
        }

        Fresh Of(FieldUnit? unit, int left, Span slot)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{field.Id:n}-{unit?.Code ?? "places"}-{slot.From:yyyyMMdd'T'HHmm'Z'}");
            return new(id, OpenFeed.Slots, unit is null ? "FacilityUse/Slot" : "IndividualFacilityUse/Slot", field.Id, day, slot.From,
                OpenJson.Slot(field, unit, id, slot, terms, left));
        }
    }

    private async Task WriteAsync(List<Fresh> changed, CancellationToken cancel)
    {
        if (changed.Count == 0) return;
        await BeginAsync(cancel);
        string[] ids = [.. changed.Select(item => item.Id)];
        string[] feeds = [.. changed.Select(item => WireNames.Of(item.Feed))];
        string[] kinds = [.. changed.Select(item => item.Kind)];
        Guid[] fields = [.. changed.Select(item => item.FieldId)];
        DateOnly?[] days = [.. changed.Select(item => item.Day)];
        DateTimeOffset?[] begins = [.. changed.Select(item => item.StartsAt)];
        string?[] data = [.. changed.Select(item => item.Data)];
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO open_item AS item (id, feed, kind, field_id, day, starts_at, modified, written_at, data)
            SELECT fresh.id, fresh.feed, fresh.kind, fresh.field_id, fresh.day, fresh.starts_at, {_modified} + fresh.number, {now}, fresh.data
            FROM unnest({ids}, {feeds}, {kinds}, {fields}, {days}, {begins}, {data}) WITH ORDINALITY
              AS fresh (id, feed, kind, field_id, day, starts_at, data, number)
            ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, modified = excluded.modified, written_at = excluded.written_at, data = excluded.data
            """, cancel);
    }

    private async Task BeginAsync(CancellationToken cancel)
    {
        var last = await db.Set<OpenItem>().MaxAsync(row => (long?)row.Modified, cancel) ?? 0;
        _modified = Math.Max(last, now.ToUnixTimeMilliseconds() * 1_000);
    }

    private sealed record Fresh(string Id, OpenFeed Feed, string Kind, Guid FieldId, DateOnly? Day, DateTimeOffset? StartsAt, string? Data);
}

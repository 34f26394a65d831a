using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Schedules;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Availability;

/// <summary>What is taken of some fields on some days.</summary>
internal sealed class TakenSlots(IReadOnlyDictionary<(Guid Field, DateOnly Day), TakenDay> days)
{
    /// <summary>Of no day.</summary>
    public static TakenSlots None { get; } = new(new Dictionary<(Guid, DateOnly), TakenDay>());

    public TakenDay On(Guid field, DateOnly day) => days.GetValueOrDefault((field, day)) ?? TakenDay.Nothing;

    public bool IsTaken(Guid field, FieldUnit unit, Span slot) => (At(field, slot, out var minutes).PartsIn(minutes) & TakenDay.PartsOf(unit)) != 0;

    public int PlacesOf(Guid field, Span slot) => At(field, slot, out var minutes).PlacesIn(minutes);

    /// <summary>The same over several slots in a row: what the fullest of them has.</summary>
    public int MostPlacesOf(Guid field, Span span) => At(field, span, out var minutes).MostPlacesIn(minutes);

    /// <summary>On the days of a span.</summary>
    public static Task<TakenSlots> ReadAsync(VenuesDbContext db, IReadOnlyList<Field> fields, Span span, CancellationToken cancel)
    {
        var first = DistrictDay.Of(span.From);
        return ReadAsync(db, fields, first, DistrictDay.Of(span.Until.AddTicks(-1)).DayNumber - first.DayNumber + 1, cancel);
    }

    public static async Task<TakenSlots> ReadAsync(VenuesDbContext db, IReadOnlyList<Field> fields, DateOnly first, int days, CancellationToken cancel) => new(
        await ReadAsync(db, [.. fields.SelectMany(field => Enumerable.Range(0, days).Select(day => (field.Id, first.AddDays(day))))], cancel));

    /// <summary>As it is now, of each that was asked for.</summary>
    public static async Task<Dictionary<(Guid Field, DateOnly Day), TakenDay>> ReadAsync(
        VenuesDbContext db, IReadOnlyList<(Guid Field, DateOnly Day)> wanted, CancellationToken cancel)
    {
        Guid[] fields = [.. wanted.Select(one => one.Field)];
        DateTimeOffset[] begins = [.. wanted.Select(one => DistrictDay.Begins(one.Day))];
        DateTimeOffset[] ends = [.. wanted.Select(one => DistrictDay.Begins(one.Day.AddDays(1)))];
        // A session lies within a day: where it begins keeps those of all the years out of it.
        var rows = await db.Database.SqlQuery<Row>($"""
            WITH wanted AS MATERIALIZED (
              SELECT field, begins, ends, place FROM unnest({fields}, {begins}, {ends}) WITH ORDINALITY AS wanted (field, begins, ends, place))
            SELECT wanted.place, lower(claim.during) AS starts_at, upper(claim.during) AS ends_at,
              bit_or((1 << upper(claim.parts)) - (1 << lower(claim.parts))) AS taken
            FROM wanted JOIN field_claim AS claim ON claim.field_id = wanted.field AND claim.during && tstzrange(wanted.begins, wanted.ends)
            GROUP BY wanted.place, claim.during
            UNION ALL
            SELECT wanted.place, session.starts_at, session.ends_at, session.taken
            FROM wanted JOIN headcount_session AS session ON session.field_id = wanted.field
              AND session.starts_at < wanted.ends AND session.starts_at > wanted.begins - interval '1 day' AND session.ends_at > wanted.begins
            """).ToListAsync(cancel);
        var spans = rows.ToLookup(row => (int)row.Place - 1);
        return wanted.Index().ToDictionary(
            one => one.Item, one => spans.Contains(one.Index) ? new TakenDay([.. spans[one.Index].Select(row => On(row, one.Item.Day))]) : TakenDay.Nothing);
    }

    private static TakenSpan On(Row row, DateOnly day)
    {
        var minutes = new Span(row.StartsAt, row.EndsAt).On(day);
        return new((ushort)minutes.From, (ushort)minutes.Until, row.Taken);
    }

    private TakenDay At(Guid field, Span span, out Minutes minutes)
    {
        var day = DistrictDay.Of(span.From);
        minutes = span.On(day);
        return On(field, day);
    }

    private sealed record Row(long Place, DateTimeOffset StartsAt, DateTimeOffset EndsAt, int Taken);
}

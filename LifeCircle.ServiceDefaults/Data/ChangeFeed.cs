using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.ServiceDefaults;

/// <summary>What became of the thing.</summary>
public enum ChangeState
{
    Updated,
    Deleted,
}

/// <summary>A row of the change feed, written in the transaction that made the change.</summary>
public sealed class Change
{
    /// <summary>In the order of writing, which is not the order of committing.</summary>
    public long Id { get; private set; }

    /// <summary>Its place in the feed; null until it is given one after its commit.</summary>
    public long? Position { get; private set; }

    public required string Kind { get; init; }

    public required Guid EntityId { get; init; }

    public required long Version { get; init; }

    public required ChangeState State { get; init; }

    /// <summary>Whose change it is; a caller confined to a division sees only that division's.</summary>
    public string? DivisionCode { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The thing as the API shows it.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>
    /// Of one that is gone from a division: where it is instead, by entries of the same version. Whoever sees one of those must not hear that it is
    /// gone: a copy that goes by versions would take only the first of the two, one that goes by order only the last.
    /// </summary>
    public string[]? RemainsIn { get; private init; }

    internal static Change Of<T>(
        string kind, Guid id, long version, DateTimeOffset at, string? divisionCode, T? data, string[]? remainsIn = null) where T : class => new()
        {
            Kind = kind,
            EntityId = id,
            Version = version,
            State = data is null ? ChangeState.Deleted : ChangeState.Updated,
            DivisionCode = divisionCode,
            At = at,
            Data = data is null ? null : JsonSerializer.SerializeToElement(data, Json.Options),
            RemainsIn = remainsIn,
        };
}

/// <summary>One change, as replicating systems read it.</summary>
/// <param name="Kind">What changed: <c>facility</c>, <c>life_circle</c>, ...</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version after the change.</param>
/// <param name="State">Whether it still exists, for the caller: what leaves the caller's division is gone.</param>
/// <param name="At">When.</param>
/// <param name="Data">The thing as the API shows it; absent once deleted.</param>
public sealed record ChangeItem(string Kind, Guid Id, long Version, ChangeState State, DateTimeOffset At, JsonElement? Data);

/// <summary>
/// A page of changes. Ask again with <c>after=next</c>: at once if <c>next</c> has moved, which it may without items; later if it has not.
/// </summary>
/// <param name="Items">In order.</param>
/// <param name="Next">Where to go on; always present, also on the last page.</param>
public sealed record ChangePage(IReadOnlyList<ChangeItem> Items, string Next);

/// <summary>
/// Every change in order and without gaps, for systems that replicate (the shape of OpenActive's RPDE).
/// The numbers of a sequence would not do: a transaction with a lower number may commit after a reader has passed it. Nor would transaction
/// ids: a long one that began early may carry the later version of a thing. So a change gets its place in the feed when it is first read
/// after its commit, by one reader at a time: whatever is placed later was committed later, and a long import delays nobody else's changes.
/// </summary>
public static class ChangeFeed
{
    /// <summary>Writes a change with the next SaveChanges.</summary>
    public static void RecordChange<T>(
        this DbContext db, string kind, Guid id, long version, DateTimeOffset at, string? divisionCode, T? data)
        where T : class => db.Add(Change.Of(kind, id, version, at, divisionCode, data));

    /// <summary>
    /// Writes, with the next SaveChanges, the change of a thing that may have moved: whoever keeps a copy of a division that it has left does not see
    /// the new version, and hears that it is gone.
    /// </summary>
    public static void RecordChange<T>(
        this DbContext db, string kind, Guid id, long version, DateTimeOffset at, IEnumerable<string> before, IReadOnlyList<string> now, T data)
        where T : class
    {
        foreach (var left in before.Except(now)) db.Add(Change.Of<T>(kind, id, version, at, left, null, [.. now]));
        foreach (var code in now) db.Add(Change.Of(kind, id, version, at, code, data));
    }

    /// <summary>
    /// Writes the changes of many things that stay where they are, by one statement at once: a row for each division of each thing would be too
    /// many, and too large, to go over the wire. In the transaction that makes the changes.
    /// </summary>
    public static async Task RecordChangesAsync<T>(
        this DbContext db, string kind, DateTimeOffset at, IReadOnlyList<(Guid Id, long Version, IReadOnlyList<string> Divisions, T Data)> changes,
        CancellationToken cancel)
        where T : class
    {
        if (changes.Count == 0) return;
        var places = changes.Index().SelectMany(change => change.Item.Divisions.Select(code => (Change: change.Index + 1L, Code: code))).ToArray();
        long[] numbers = [.. places.Select(place => place.Change)];
        string[] codes = [.. places.Select(place => place.Code)];
        Guid[] ids = [.. changes.Select(change => change.Id)];
        long[] versions = [.. changes.Select(change => change.Version)];
        string[] data = [.. changes.Select(change => JsonSerializer.Serialize(change.Data, Json.Options))];
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO change (kind, entity_id, version, state, division_code, at, data)
            SELECT {kind}, changed.id, changed.version, {WireNames.Of(ChangeState.Updated)}, place.code, {at}, changed.data::jsonb
            FROM unnest({ids}, {versions}, {data}) WITH ORDINALITY AS changed (id, version, data, number)
            JOIN unnest({numbers}, {codes}) AS place (number, code) USING (number)
            """, cancel);
    }

    /// <summary>Maps <c>GET /&lt;service&gt;/v1/changes</c>.</summary>
    /// <param name="routes">The service's routes.</param>
    /// <param name="path">Where.</param>
    /// <param name="scope">What it takes to read it.</param>
    /// <param name="ofWiderDivisions">
    /// What is recorded for a division concerns whatever lies in it, too, as an operator that serves a whole district serves each of its streets. A
    /// thing may be recorded for several divisions then; it comes once a page.
    /// </param>
    /// <param name="visibleTo">Leaves out what a caller must not see beyond what its division keeps from it.</param>
    public static RouteHandlerBuilder MapChangeFeed<TContext>(
        this IEndpointRouteBuilder routes, string path, string scope, bool ofWiderDivisions = false,
        Func<IQueryable<Change>, Caller, IQueryable<Change>>? visibleTo = null)
        where TContext : DbContext =>
        routes.MapGet(path, async (PageRequest page, Caller caller, TContext db, HttpContext context, CancellationToken cancel) =>
        {
            var changes = await ReadAsync(page, caller, ofWiderDivisions, visibleTo, db, cancel);
            Paging.WriteLink(context, changes.Next);
            return TypedResults.Ok(changes);
        })
            .WithName("listChanges").WithTags("Changes")
            .WithSummary("Every change in order, without gaps, for systems that keep a copy.")
            .RequireScope(scope);

    internal static void Map(ModelBuilder model) => model.Entity<Change>(change =>
    {
        change.ToTable("change");
        change.HasKey(row => row.Id);
        change.Property(row => row.Id).UseIdentityAlwaysColumn();
        change.Property(row => row.State).HasConversion(state => WireNames.Of(state), word => WireNames.Parse<ChangeState>(word));
        change.Property(row => row.Data).HasColumnType("jsonb");
        change.HasIndex(row => row.Position).IsUnique().HasDatabaseName("ux_change_position");
        change.HasIndex(row => row.Id).HasFilter("position IS NULL").HasDatabaseName("ix_change_unplaced");
    });

    private static async Task<ChangePage> ReadAsync(
        PageRequest page, Caller caller, bool ofWiderDivisions, Func<IQueryable<Change>, Caller, IQueryable<Change>>? visibleTo, DbContext db,
        CancellationToken cancel)
    {
        var after = Parse(page.Cursor);
        await PlaceAsync(db, cancel);
        // Before the rows are read, so that none can slip in between; with it, a caller of one division does not read over all others again.
        var end = await db.Set<Change>().MaxAsync(row => row.Position, cancel) ?? 0;
        var rows = db.Set<Change>().AsNoTracking().Where(row => row.Position > after);
        rows = (caller.DivisionCode, ofWiderDivisions) switch
        {
            (null, _) => rows.Where(row => row.RemainsIn == null),
            ({ } own, false) => rows.Where(row => row.DivisionCode!.StartsWith(own)
                && (row.RemainsIn == null || !row.RemainsIn.AsQueryable().Any(code => code.StartsWith(own)))),
            ({ } own, true) => rows.Where(row => (row.DivisionCode!.StartsWith(own) || own.StartsWith(row.DivisionCode!))
                && (row.RemainsIn == null || !row.RemainsIn.AsQueryable().Any(code => code.StartsWith(own) || own.StartsWith(code)))),
        };
        if (visibleTo is not null) rows = visibleTo(rows, caller);
        var found = await rows.OrderBy(row => row.Position).Take(page.Limit).ToListAsync(cancel);
        var next = found.Count == page.Limit ? found[^1].Position!.Value : Math.Max(Math.Max(after, end), found.LastOrDefault()?.Position ?? 0);
        return new ChangePage(
            [.. found.DistinctBy(row => (row.Kind, row.EntityId, row.Version, row.State)).Select(row => new ChangeItem(row.Kind, row.EntityId, row.Version, row.State, row.At, row.Data))],
            next.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task PlaceAsync(DbContext db, CancellationToken cancel)
    {
        if (!await db.Set<Change>().AnyAsync(row => row.Position == null, cancel)) return;
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended('change feed', 0))", cancel);
            // A statement of its own: it must see what the one before in the queue has placed. More than a page, so that reading keeps up.
            await db.Database.ExecuteSqlAsync($"""
                UPDATE change SET position = placed.position
                FROM (SELECT id, (SELECT coalesce(max(position), 0) FROM change) + row_number() OVER (ORDER BY id) AS position
                      FROM change WHERE position IS NULL ORDER BY id LIMIT {5 * PageRequest.MaximumLimit}) AS placed
                WHERE change.id = placed.id
                """, cancel);
            await transaction.CommitAsync(cancel);
        }
        catch (Exception fault) when (DatabaseFault.IsTransient(fault))
        {
            // A full disk, for example: what has a place can still be read.
        }
    }

    private static long Parse(string? cursor)
    {
        if (cursor is null) return 0;
        return long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw new RuleBroken(Problems.Invalid, "after", "It is not a cursor of this feed.", "不是本变更流的游标。");
    }
}

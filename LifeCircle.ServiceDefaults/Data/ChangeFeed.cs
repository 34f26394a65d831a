using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
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
    public long Id { get; private set; }

    /// <summary>The writing transaction; PostgreSQL fills it in.</summary>
    public ulong Transaction { get; private set; }

    public required string Kind { get; init; }

    public required Guid EntityId { get; init; }

    public required long Version { get; init; }

    public required ChangeState State { get; init; }

    /// <summary>Whose change it is; a caller confined to a division sees only that division's.</summary>
    public string? DivisionCode { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The thing as the API shows it.</summary>
    public JsonElement? Data { get; init; }
}

/// <summary>One change, as replicating systems read it.</summary>
/// <param name="Kind">What changed: <c>facility</c>, <c>life_circle</c>, ...</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version after the change.</param>
/// <param name="State">Whether it still exists.</param>
/// <param name="At">When.</param>
/// <param name="Data">The thing as the API shows it; absent once deleted.</param>
public sealed record ChangeItem(string Kind, Guid Id, long Version, ChangeState State, DateTimeOffset At, JsonElement? Data);

/// <summary>A page of changes. Ask again with <c>after=next</c>: at once if there were items, later if there were none.</summary>
/// <param name="Items">In order.</param>
/// <param name="Next">Where to go on; always present, also on the last page.</param>
public sealed record ChangePage(IReadOnlyList<ChangeItem> Items, string Next);

/// <summary>
/// Every change in order and without gaps, for systems that replicate (the shape of OpenActive's RPDE).
/// A number from a sequence would not do: a transaction with a lower number may commit after a reader has passed it. So rows are ordered by
/// transaction id and shown only once every older transaction has ended; a long import therefore delays the feed, but never tears it.
/// </summary>
public static class ChangeFeed
{
    /// <summary>Writes a change with the next SaveChanges.</summary>
    public static void RecordChange<T>(
        this DbContext db, string kind, Guid id, long version, DateTimeOffset at, string? divisionCode, T? data)
        where T : class => db.Add(new Change
        {
            Kind = kind,
            EntityId = id,
            Version = version,
            State = data is null ? ChangeState.Deleted : ChangeState.Updated,
            DivisionCode = divisionCode,
            At = at,
            Data = data is null ? null : JsonSerializer.SerializeToElement(data, Json.Options),
        });

    /// <summary>Maps <c>GET /&lt;service&gt;/v1/changes</c>.</summary>
    public static RouteHandlerBuilder MapChangeFeed<TContext>(this IEndpointRouteBuilder routes, string path, string scope)
        where TContext : DbContext =>
        routes.MapGet(path, (PageRequest page, Caller caller, TContext db, CancellationToken cancel) => ReadAsync(page, caller, db, cancel))
            .WithName("listChanges").WithTags("Changes")
            .WithSummary("Every change in order, without gaps, for systems that keep a copy.")
            .RequireScope(scope);

    internal static void Map(ModelBuilder model) => model.Entity<Change>(change =>
    {
        change.ToTable("change");
        change.HasKey(row => row.Id);
        change.Property(row => row.Id).UseIdentityAlwaysColumn();
        change.Property(row => row.Transaction).HasColumnType("xid8").HasDefaultValueSql("pg_current_xact_id()");
        change.Property(row => row.State).HasConversion(
            state => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString()), text => Enum.Parse<ChangeState>(text, true));
        change.Property(row => row.Data).HasColumnType("jsonb");
        change.HasIndex(row => new { row.Transaction, row.Id });
    });

    private static async Task<Ok<ChangePage>> ReadAsync(PageRequest page, Caller caller, DbContext db, CancellationToken cancel)
    {
        var (transaction, id) = Parse(page.Cursor);
        var prefix = caller.DivisionCode;
        var rows = await db.Set<Change>().FromSql($"""
            SELECT * FROM change
            WHERE (transaction, id) > ({transaction.ToString(CultureInfo.InvariantCulture)}::xid8, {id})
              AND transaction < pg_snapshot_xmin(pg_current_snapshot())
              AND ({prefix}::text IS NULL OR starts_with(division_code, {prefix}))
            ORDER BY transaction, id LIMIT {page.Limit}
            """).AsNoTracking().ToListAsync(cancel);
        var next = rows is [.., var last]
            ? string.Create(CultureInfo.InvariantCulture, $"{last.Transaction}-{last.Id}")
            : page.Cursor ?? "0-0";
        return TypedResults.Ok(new ChangePage(
            [.. rows.Select(row => new ChangeItem(row.Kind, row.EntityId, row.Version, row.State, row.At, row.Data))], next));
    }

    private static (ulong Transaction, long Id) Parse(string? cursor)
    {
        if (cursor is null) return (0, 0);
        if (cursor.Split('-') is [var transaction, var id]
            && ulong.TryParse(transaction, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var second))
            return (first, second);
        throw new RuleBroken(Problems.Invalid, "after", "This is not a cursor of this feed.", "不是本变更流的游标。");
    }
}

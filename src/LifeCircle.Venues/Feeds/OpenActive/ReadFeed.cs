using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Venues.Feeds.OpenActive;

/// <summary>Realtime Paged Data Exchange 1.0 (https://openactive.io/realtime-paged-data-exchange/), ordered by modified and id.</summary>
public static class ReadFeed
{
    public const string ContentType = "application/vnd.openactive.rpde+json; version=1";
    public const string ItemType = "application/ld+json";
    public const string License = "https://creativecommons.org/licenses/by/4.0/";
    public const string Path = "/venues/openactive";

    private const int PageSize = 500;

    /// <summary>Reads fields.</summary>
    /// <param name="afterTimestamp"><c>modified</c> of the last item of the page before; left out, with <c>afterId</c>, for the first page.</param>
    /// <param name="afterId"><c>id</c> of that item.</param>
    /// <param name="limit">How many items at the most; 500 if not given.</param>
    /// <param name="request">The request.</param>
    /// <param name="address">Where readers find the feeds.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    internal static Task<IResult> FacilityUses(string? afterTimestamp, string? afterId, [Between(1, PageSize)] int? limit, HttpRequest request, FeedAddress address,
        VenuesDbContext db, CancellationToken cancel) =>
        PageAsync(OpenFeed.FacilityUses, "facility-uses", Parse(afterTimestamp, afterId), limit, address.Of(request), db, cancel);

    /// <summary>Reads slots.</summary>
    /// <param name="afterTimestamp"><c>modified</c> of the last item of the page before; left out, with <c>afterId</c>, for the first page.</param>
    /// <param name="afterId"><c>id</c> of that item.</param>
    /// <param name="limit">How many items at the most; 500 if not given.</param>
    /// <param name="request">The request.</param>
    /// <param name="address">Where readers find the feeds.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    internal static Task<IResult> Slots(string? afterTimestamp, string? afterId, [Between(1, PageSize)] int? limit, HttpRequest request, FeedAddress address,
        VenuesDbContext db, CancellationToken cancel) =>
        PageAsync(OpenFeed.Slots, "slots", Parse(afterTimestamp, afterId), limit, address.Of(request), db, cancel);

    internal static Task<IResult> FacilityUse(Guid id, HttpRequest request, FeedAddress address, VenuesDbContext db, CancellationToken cancel) =>
        ItemAsync(id.ToString(), address.Of(request), db, cancel);

    /// <summary>Gives the field with all of its units.</summary>
    /// <param name="id">The field.</param>
    /// <param name="unit">Code of the unit.</param>
    /// <param name="request">The request.</param>
    /// <param name="address">Where readers find the feeds.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    internal static Task<IResult> IndividualFacilityUse(Guid id, string unit, HttpRequest request, FeedAddress address, VenuesDbContext db, CancellationToken cancel) =>
        ItemAsync(id.ToString(), address.Of(request), db, cancel, mustHave: $"/facility-uses/{id}/{unit}\"");

    /// <summary>Gives the slot.</summary>
    /// <param name="slot">Its id in the feed.</param>
    /// <param name="request">The request.</param>
    /// <param name="address">Where readers find the feeds.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    internal static Task<IResult> Slot(string slot, HttpRequest request, FeedAddress address, VenuesDbContext db, CancellationToken cancel) =>
        ItemAsync(slot, address.Of(request), db, cancel);

    private static async Task<IResult> PageAsync(OpenFeed feed, string name, (long Modified, string Id)? after, int? limit, string address, VenuesDbContext db, CancellationToken cancel)
    {
        var rows = db.Set<OpenItem>().AsNoTracking().Where(row => row.Feed == feed);
        if (after is { } last)
            rows = rows.Where(row => row.Modified >= last.Modified && (row.Modified > last.Modified || EF.Functions.Collate(row.Id, "C").CompareTo(last.Id) > 0));
        var found = await rows.OrderBy(row => row.Modified).Take(limit ?? PageSize).ToListAsync(cancel);
        if (found.Count > 0) after = (found[^1].Modified, found[^1].Id);
        string?[] query =
        [
            after is { } next ? string.Create(CultureInfo.InvariantCulture, $"afterTimestamp={next.Modified}&afterId={UrlEncoder.Default.Encode(next.Id)}") : null,
            limit is { } size ? string.Create(CultureInfo.InvariantCulture, $"limit={size}") : null,
        ];
        var parts = query.OfType<string>().ToList();
        var page = Write(found, $"{address}{Path}/feeds/{name}{(parts.Count > 0 ? "?" : "")}{string.Join('&', parts)}", address + Path);
        // What is before the end stays a good way to go on, however old it is; the end must be asked again soon.
        return new FeedContent(page, ContentType, found.Count > 0 ? "public, max-age=3600" : "public, max-age=8");
    }

    private static byte[] Write(List<OpenItem> items, string next, string root)
    {
        using var buffer = new MemoryStream(items.Count * 800 + 300);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("next", next);
            json.WriteStartArray("items");
            foreach (var item in items)
            {
                json.WriteStartObject();
                json.WriteString("state", item.Data is null ? "deleted" : "updated");
                json.WriteString("kind", item.Kind);
                json.WriteString("id", item.Id);
                json.WriteNumber("modified", item.Modified);
                if (item.Data is not null)
                {
                    json.WritePropertyName("data");
                    json.WriteRawValue(Addressed(item.Data, root), skipInputValidation: true);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteString("license", License);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static async Task<IResult> ItemAsync(string id, string address, VenuesDbContext db, CancellationToken cancel, string mustHave = "")
    {
        var data = await db.Set<OpenItem>().Where(row => row.Id == id).Select(row => row.Data).SingleOrDefaultAsync(cancel);
        if (data?.Contains(mustHave, StringComparison.Ordinal) is not true) throw new RuleBroken(FeedRules.ItemNotFound);
        return new FeedContent(Encoding.UTF8.GetBytes(Addressed(data, address + Path)), ItemType, "public, max-age=8");
    }

    private static string Addressed(string data, string root) => data.Replace(OpenJson.WrittenBase, root, StringComparison.Ordinal);

    private static (long, string)? Parse(string? timestamp, string? id) => (timestamp, id) switch
    {
        (null, null) => null,
        (null, _) => throw new RuleBroken(Problems.Invalid, "afterTimestamp", "It comes together with afterId.", "须与 afterId 同时提供。"),
        (_, null or { Length: 0 or > 200 }) => throw new RuleBroken(Problems.Invalid, "afterId", "It comes together with afterTimestamp.", "须与 afterTimestamp 同时提供。"),
        _ when !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out _) =>
            throw new RuleBroken(Problems.Invalid, "afterTimestamp", "It must be the number of an item of this feed.", "须为本数据流条目的 modified 数值。"),
        _ when id.Contains('\0') => throw new RuleBroken(Problems.Invalid, "afterId", "It must be the id of an item of this feed.", "须为本数据流条目的 id。"),
        _ => (long.Parse(timestamp, CultureInfo.InvariantCulture), id),
    };
}

using System.Buffers.Text;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;

namespace LifeCircle.ServiceDefaults;

/// <summary>Which page of a list: <c>limit</c> (1 to 200, 50 if not given) and <c>after</c> (the cursor of the page before).</summary>
/// <param name="Limit">How many items at the most.</param>
/// <param name="Cursor">Opaque to clients; null for the first page.</param>
public sealed record PageRequest(int Limit, string? Cursor) : IBindableFromHttpContext<PageRequest>
{
    public const int DefaultLimit = 50;
    public const int MaximumLimit = 200;

    /// <summary>The sort key of the last item of the page before, or null. A cursor that is not ours is refused with 400.</summary>
    public TKey? After<TKey>() where TKey : class
    {
        if (Cursor is null) return null;
        try
        {
            return JsonSerializer.Deserialize<TKey>(Base64Url.DecodeFromChars(Cursor), Json.Options) ?? throw new JsonException();
        }
        catch (Exception unreadable) when (unreadable is FormatException or JsonException)
        {
            throw new RuleBroken(Problems.Invalid, "after", "It is not a cursor of this list.", "不是本列表的游标。");
        }
    }

    public static ValueTask<PageRequest?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var limit = DefaultLimit;
        if (context.Request.Query.TryGetValue("limit", out var given)
            && (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaximumLimit))
            throw new RuleBroken(Problems.Invalid, "limit",
                $"The value must be from 1 to {MaximumLimit}.", $"取值须在 1 到 {MaximumLimit} 之间。");
        return new(new PageRequest(limit, context.Request.Query.TryGetValue("after", out var after) ? after.ToString() : null));
    }
}

/// <summary>A page of a list, ordered by a key, so that items that come or go never shift the next page.</summary>
/// <param name="Items">At most <c>limit</c> of them.</param>
/// <param name="Next">Give it as <c>after</c> to get the next page; absent on the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Answers a list with a page and the Link header of RFC 8288.</summary>
public static class Paging
{
    /// <param name="found">Up to <c>limit + 1</c> items in the list's order: one more than asked tells whether there is a next page.</param>
    /// <param name="request">The page asked for.</param>
    /// <param name="key">The sort key of an item, as a record; it becomes the cursor.</param>
    public static PageResult<T> Ok<T, TKey>(IReadOnlyList<T> found, PageRequest request, Func<T, TKey> key)
    {
        if (found.Count <= request.Limit) return new(new Page<T>(found, null));
        var items = found.Take(request.Limit).ToArray();
        var cursor = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(key(items[^1]), Json.Options));
        return new(new Page<T>(items, cursor));
    }

    /// <summary>The Link header to the next page, for an answer in another format than JSON. None for the last page.</summary>
    public static void WriteLink(HttpContext context, string? next)
    {
        if (next is null) return;
        var request = context.Request;
        var query = QueryHelpers.ParseQuery(request.QueryString.Value); // as the client wrote it
        query["after"] = next;
        context.Response.Headers.Link = $"<{request.Path}{QueryString.Create(query)}>; rel=\"next\"";
    }
}

/// <summary>200 with a page.</summary>
public sealed class PageResult<T>(Page<T> page) : IResult, IEndpointMetadataProvider
{
    public Page<T> Page => page;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        Paging.WriteLink(httpContext, page.Next);
        return httpContext.Response.WriteAsJsonAsync(page, httpContext.RequestAborted);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Page<T>), ["application/json"]));
}

using System.Security.Cryptography;
using System.Text.Json;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Tokens.Withdrawals;

/// <summary>
/// What services need to know in order to refuse tokens that were taken back. For the services alone: the gateway has no route to it. It asks
/// for no token, because it is what tokens are judged by, and tells nothing that opens anything: names of clients and of tokens that are of no
/// use any more.
/// </summary>
internal static class ListWithdrawnTokens
{
    // A client that gives back token after token cannot crowd out what the district takes back: clients come whole, and so few tokens only
    // where somebody asked for many thousands within ten minutes.
    private const int MaximumTokens = 50_000;

    public static void MapWithdrawnTokens(this IEndpointRouteBuilder routes) =>
        routes.MapGet(WithdrawnTokenList.Path, Handle).ExcludeFromDescription().AllowAnonymous();

    private static async Task Handle(HttpContext http, OperatorsDbContext db, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var clients = await db.Set<WithdrawnClient>().Where(client => client.ExpiresAt > now).OrderBy(client => client.ClientId)
            .Select(client => new WithdrawnClientTokens(client.ClientId, client.Epoch)).ToListAsync(cancel);
        var until = now - RevokedToken.Kept;
        var tokens = await db.Set<RevokedToken>().Where(token => token.ExpiresAt > until).OrderByDescending(token => token.ExpiresAt).ThenBy(token => token.Id)
            .Select(token => token.Id).Take(MaximumTokens).ToListAsync(cancel);
        var body = JsonSerializer.SerializeToUtf8Bytes(new WithdrawnTokenList(clients, tokens), Json.Options);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"";
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "no-cache";
        if (http.Request.Headers.IfNoneMatch == tag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(body, cancel);
    }
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace LifeCircle.Gateway.Limits;

/// <summary>
/// Which client an access token belongs to. A token comes with every request for ten minutes, so it is checked once and remembered. The
/// gateway refuses no token: that is the services' to do, which know what it must allow; here it only decides whose quota is used.
/// </summary>
internal sealed class Callers(TimeProvider clock)
{
    private const int MaximumTokens = 20_000;

    // Short, because a key that is not known yet makes a good token look bad.
    private static readonly TimeSpan BadFor = TimeSpan.FromSeconds(10);

    // By digest: a header may be padded to any length, and tokens that are still good should not lie about in memory.
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    // Apart, so that a flood of bad ones does not make the good ones forgotten.
    private readonly ConcurrentDictionary<string, Known> _bad = new(StringComparer.Ordinal);

    /// <param name="authorization">The value of the header.</param>
    /// <param name="clientId">The client of a token that was found valid before; null for one that was found bad a moment ago.</param>
    public bool TryRecall(string authorization, out string? clientId)
    {
        var (digest, now) = (DigestOf(authorization), clock.GetUtcNow());
        var isKnown = (_known.TryGetValue(digest, out var known) || _bad.TryGetValue(digest, out known)) && now < known.Until;
        clientId = isKnown ? known.ClientId : null;
        return isKnown;
    }

    /// <summary>The client of a valid token; null for anything else, and while the keys of tokens cannot be had.</summary>
    public async ValueTask<string?> IdentifyAsync(HttpContext context, string authorization)
    {
        if (await AuthenticateAsync(context) is not { } found) return null;
        var clientId = found.Principal?.FindFirst(Caller.ClientIdClaim)?.Value;
        var kept = clientId is null ? _bad : _known;
        if (kept.Count >= MaximumTokens) kept.Clear();
        kept[DigestOf(authorization)] = new(clientId, (clientId is null ? clock.GetUtcNow() + BadFor : found.Properties?.ExpiresUtc) ?? clock.GetUtcNow());
        return clientId;
    }

    public void Forget()
    {
        foreach (var tokens in (ConcurrentDictionary<string, Known>[])[_known, _bad])
            foreach (var (digest, known) in tokens)
                if (known.Until <= clock.GetUtcNow()) tokens.TryRemove(digest, out _);
    }

    private static string DigestOf(string authorization) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(authorization)));

    private static async Task<AuthenticateResult?> AuthenticateAsync(HttpContext context)
    {
        try
        {
            return await context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        }
        catch (RuleBroken)
        {
            return null;
        }
    }

    private readonly record struct Known(string? ClientId, DateTimeOffset Until);
}

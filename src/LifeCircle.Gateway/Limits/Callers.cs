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

    // By digest: a header may be padded to any length, and tokens that are still good should not lie about in memory.
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <param name="authorization">The value of the header.</param>
    /// <param name="clientId">The client of a token that was found valid before.</param>
    public bool TryRecall(string authorization, out string? clientId)
    {
        var isKnown = _known.TryGetValue(DigestOf(authorization), out var known) && clock.GetUtcNow() < known.Until;
        clientId = isKnown ? known.ClientId : null;
        return isKnown;
    }

    /// <summary>The client of a valid token; null for anything else, and while the keys of tokens cannot be had.</summary>
    public async ValueTask<string?> IdentifyAsync(HttpContext context, string authorization)
    {
        var found = await AuthenticateAsync(context);
        if (found?.Principal?.FindFirst(Caller.ClientIdClaim)?.Value is not { } clientId) return null;
        if (_known.Count >= MaximumTokens) _known.Clear();
        _known[DigestOf(authorization)] = new(clientId, found.Properties?.ExpiresUtc ?? clock.GetUtcNow());
        return clientId;
    }

    public void Forget()
    {
        foreach (var (digest, known) in _known)
            if (known.Until <= clock.GetUtcNow()) _known.TryRemove(digest, out _);
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

    private readonly record struct Known(string ClientId, DateTimeOffset Until);
}

using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.ServiceDefaults;

/// <summary>A token that was found valid.</summary>
/// <param name="Principal">Whose it is; shared by requests, never changed.</param>
/// <param name="Mark">What it can be withdrawn by.</param>
/// <param name="Key">What it is signed with.</param>
/// <param name="Until">Its end.</param>
internal sealed record KnownToken(ClaimsPrincipal Principal, TokenMark Mark, SecurityKey Key, DateTimeOffset Until);

/// <summary>
/// The access tokens that were found valid. A client sends the same one for ten minutes, and nothing about it can change but its age, the
/// keys and whether it was taken back: so it is checked once, and again when the keys have been fetched anew, so that a key that is withdrawn
/// takes its tokens along.
/// </summary>
internal sealed class KnownTokens(TokenKeys keys, WithdrawnTokens withdrawn, TimeProvider clock)
{
    /// <summary>Many more than there are clients; beyond it, all begins anew.</summary>
    public const int Maximum = 10_000;

    private readonly ConcurrentDictionary<string, KnownToken> _known = new(StringComparer.Ordinal);

    public int Count => _known.Count;

    /// <summary>Null for a token that has to be checked, among them every one that has ended.</summary>
    public KnownToken? Find(string token)
    {
        if (!_known.TryGetValue(token, out var known)) return null;
        if (clock.GetUtcNow() < known.Until && keys.IsCurrent(known.Key) && !withdrawn.Contains(known.Mark)) return known;
        _known.TryRemove(token, out _);
        return null;
    }

    /// <summary>Only what has passed every check: others could fill it.</summary>
    public void Remember(JsonWebToken token, ClaimsPrincipal principal)
    {
        if (_known.Count >= Maximum) _known.Clear();
        _known[token.EncodedToken] = new(principal, TokenMark.Of(principal), token.SigningKey, token.ValidTo);
    }
}

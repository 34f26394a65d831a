using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LifeCircle.ServiceDefaults;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using StackExchange.Redis;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LifeCircle.Operators.Clients;

/// <summary>
/// Which assertions of <c>private_key_jwt</c> have been used, until they end: each is good once (RFC 7523 section 3). Without Redis every replica
/// knows only its own; what is overheard then is good for one token a replica, within five minutes.
/// </summary>
internal sealed class UsedAssertions(SharedCache cache, TimeProvider clock)
{
    private const int Maximum = 100_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);

    /// <summary>False if it was used before.</summary>
    public async ValueTask<bool> TakeAsync(string clientId, string id, DateTimeOffset until)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{clientId} {id}")));
        var now = clock.GetUtcNow();
        if (_used.Count >= Maximum)
            foreach (var (old, end) in _used)
                if (end < now) _used.TryRemove(old, out _);
        if (_used.Count >= Maximum) _used.Clear();
        if (!_used.TryAdd(key, until) && _used[key] >= now) return false;
        var (answered, isNew) = await cache.AskAsync(redis =>
            redis.StringSetAsync($"operators:assertions:{key}", 1, until - now, When.NotExists));
        return !answered || isNew;
    }
}

/// <summary>
/// OpenIddict takes only assertions that call themselves <c>client-authentication+jwt</c>, which few libraries write yet: RFC 7523 asks for no type
/// at all. Any other type is another kind of token, and no assertion.
/// </summary>
internal sealed class AdmitAssertionTypes : IOpenIddictServerHandler<ValidateTokenContext>
{
    private const string Newest = "client-authentication+jwt";

    private static readonly string[] Types = [Newest, "application/" + Newest, "JWT"];

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.ValidTokenTypes is { Count: 1 } types && types.Contains(OpenIddictConstants.TokenTypeIdentifiers.Private.ClientAssertion))
        {
            context.TokenValidationParameters!.TypeValidator = (type, _, _) =>
                string.IsNullOrEmpty(type) || Types.Contains(type, StringComparer.OrdinalIgnoreCase)
                    ? Newest
                    : throw new SecurityTokenInvalidTypeException("It is another kind of token.") { InvalidType = type };
        }
        return default;
    }
}

/// <summary>What OpenIddict leaves open about an assertion whose signature it has found right: that it is for us alone, short-lived, and new.</summary>
internal sealed class CheckAssertion(UsedAssertions used, TimeProvider clock) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    private const int LongestId = 200;

    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.ClientAssertionPrincipal is not { } assertion) return;
        var now = clock.GetUtcNow();
        // One that is for others, too, could be used here by them; and an address, unlike the issuer, is what anybody can call its own.
        var issuer = context.Options.Issuer!.GetLeftPart(UriPartial.Authority);
        string[] ours = [issuer, issuer + "/"];
        var audiences = assertion.GetClaims(OpenIddictConstants.Claims.Audience);
        if (audiences.IsEmpty || !audiences.All(ours.Contains))
            Reject("Its aud must be the issuer and nothing else.");
        else if (!long.TryParse(assertion.GetClaim("exp"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > (now + LongestLife + ClockSkew).ToUnixTimeSeconds())
            Reject("It must end within 5 minutes.");
        else if (assertion.GetClaim(OpenIddictConstants.Claims.JwtId) is not { Length: > 0 and <= LongestId } id)
            Reject("It needs a jti of its own.");
        else if (!await used.TakeAsync(assertion.GetClaim(OpenIddictConstants.Claims.Issuer) ?? "", id, now + LongestLife + (2 * ClockSkew)))
            Reject("It was used before.");

        void Reject(string why) => context.Reject(OpenIddictConstants.Errors.InvalidClient, $"The client assertion cannot be used. {why}");
    }
}

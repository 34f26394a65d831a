using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using LifeCircle.Operators.Tokens;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using StackExchange.Redis;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LifeCircle.Operators.Clients;

/// <summary>
/// Counts wrong secrets by client and address within a window of time; beyond the limit that pair is refused unheard until the window ends,
/// while the client's own machines elsewhere, and other clients there, go on. Right secrets cost nothing: a replica asks Redis only when it
/// counts, and so learns with its first wrong secret what the others have counted.
/// </summary>
internal sealed class WrongSecrets(IOptions<TokenRules> rules, SharedCache cache, TimeProvider clock)
{
    // What guessers can fill in a window; beyond it the shared count alone holds.
    private const int MaximumPairs = 100_000;

    private volatile Window _window = new(0);

    /// <summary>Seconds until the pair is heard again; null if it is heard now.</summary>
    public async ValueTask<int?> RetryAfterAsync(string clientId, IPAddress address)
    {
        var (window, key) = (Current(), Key(clientId, address));
        if (!window.Counts.TryGetValue(key, out var count) && window.Counts.Count >= MaximumPairs)
            (_, count) = await cache.AskAsync(async redis => (int)await redis.StringGetAsync(NameOf(window, key)));
        return count >= rules.Value.WrongSecrets ? SecondsLeft() : null;
    }

    public async ValueTask CountAsync(string clientId, IPAddress address)
    {
        var (window, key) = (Current(), Key(clientId, address));
        var (answered, shared) = await cache.AskAsync(async redis =>
        {
            var name = NameOf(window, key);
            var count = await redis.StringIncrementAsync(name);
            if (count == 1) await redis.KeyExpireAsync(name, TimeSpan.FromSeconds(rules.Value.WrongSecretSeconds));
            return (int)count;
        });
        if (window.Counts.Count < MaximumPairs)
            window.Counts.AddOrUpdate(key, answered ? shared : 1, (_, count) => Math.Max(count + 1, shared));
    }

    private static RedisKey NameOf(Window window, string key) => $"operators:wrong-secrets:{window.Number}:{key}";

    private Window Current()
    {
        var number = clock.GetUtcNow().ToUnixTimeSeconds() / rules.Value.WrongSecretSeconds;
        var window = _window;
        return window.Number == number ? window : _window = new Window(number);
    }

    private int SecondsLeft() => rules.Value.WrongSecretSeconds - (int)(clock.GetUtcNow().ToUnixTimeSeconds() % rules.Value.WrongSecretSeconds);

    private static string Key(string clientId, IPAddress address) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{address} {clientId}")).AsSpan(0, 12));

    private sealed record Window(long Number)
    {
        public ConcurrentDictionary<string, int> Counts { get; } = new();
    }
}

/// <summary>Stands before the look at client and secret.</summary>
internal sealed class RefuseGuessing(WrongSecrets wrongSecrets) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.ClientId is not { Length: > 0 } clientId) return;
        if (!ClientIds.CanBe(clientId))
        {
            context.Reject(OpenIddictConstants.Errors.InvalidClient, "There is no such client.");
            return;
        }
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (await wrongSecrets.RetryAfterAsync(clientId, http.ClientAddress()) is not { } seconds) return;
        await Problems.WriteAsync(http, Problems.TooMany, "Too many wrong secrets for this client from this address.", retryAfter: seconds);
        context.HandleRequest();
    }
}

/// <summary>Hears of every refusal.</summary>
internal sealed class CountWrongSecret(WrongSecrets wrongSecrets) : IOpenIddictServerHandler<ProcessErrorContext>
{
    public ValueTask HandleAsync(ProcessErrorContext context) =>
        context is { Error: OpenIddictConstants.Errors.InvalidClient, Request: { ClientId: { } clientId, ClientSecret: not null } }
            ? wrongSecrets.CountAsync(clientId, context.Transaction.GetHttpRequest()!.HttpContext.ClientAddress())
            : default;
}

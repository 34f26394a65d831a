using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// The public keys of the token service: fetched when first needed, again when they are five minutes old, and at once for a key that is not
/// among them, so that clients do not notice a rotation. The ready-made ConfigurationManager fetches a new key in the background, refuses
/// its first tokens meanwhile, and takes a failure to fetch for a bad token.
/// </summary>
internal sealed class TokenKeys(IHttpClientFactory clients, IConfiguration settings, TimeProvider clock, ILogger<TokenKeys> logger)
    : IConfigurationManager<OpenIdConnectConfiguration>
{
    public const string ClientName = "token-keys";

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BetweenFetches = TimeSpan.FromSeconds(5); // however many tokens with invented keys come

    private static readonly Rule KeysUnavailable = Rule.Unavailable(
        "service.token_keys_unavailable", "Access tokens cannot be checked now; try again.", "暂时无法校验访问令牌，请稍后重试。");

    private readonly string _address = settings["Authentication:KeysAddress"] ?? Authentication.KeysAddress;
    private readonly Lock _gate = new();
    private Known? _known;
    private DateTimeOffset _tried;
    private Task _fetch = Task.CompletedTask;

    /// <summary>Makes sure that the keys are known, and this one among them if it exists.</summary>
    /// <exception cref="RuleBroken">503: no keys could be had yet.</exception>
    public async Task PrepareAsync(string? keyId, CancellationToken cancel)
    {
        if (_known is { } known && known.Has(keyId))
        {
            if (clock.GetUtcNow() - known.At >= Fresh) _ = FetchOnceAsync();
            return;
        }
        await FetchOnceAsync().WaitAsync(cancel);
        if (_known is null) throw new RuleBroken(KeysUnavailable);
    }

    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) =>
        Task.FromResult(_known?.Keys ?? throw new RuleBroken(KeysUnavailable));

    /// <summary>Whether a key is among those of the last fetch; each fetch makes new ones.</summary>
    public bool IsCurrent(SecurityKey key) => _known?.Keys.SigningKeys.Contains(key) ?? false;

    /// <summary>Nothing: <see cref="PrepareAsync"/> has looked already.</summary>
    public void RequestRefresh() { }

    private Task FetchOnceAsync()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (!_fetch.IsCompleted || now - _tried < BetweenFetches) return _fetch;
            _tried = now;
            return _fetch = FetchAsync(now);
        }
    }

    // For all who wait, so no request's cancellation ends it; the client's time-out does. Keys known so far stay good when it fails.
    private async Task FetchAsync(DateTimeOffset now)
    {
        try
        {
            using var client = clients.CreateClient(ClientName);
            var keys = new JsonWebKeySet(await client.GetStringAsync(_address));
            var configuration = new OpenIdConnectConfiguration();
            foreach (var key in keys.GetSigningKeys()) configuration.SigningKeys.Add(key);
            _known = new(configuration, now);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or ArgumentException)
        {
            logger.LogWarning(failure, "The keys of access tokens cannot be fetched from {Address}", _address);
        }
    }

    private sealed record Known(OpenIdConnectConfiguration Keys, DateTimeOffset At)
    {
        public bool Has(string? keyId) => keyId is null || Keys.SigningKeys.Any(key => key.KeyId == keyId);
    }
}

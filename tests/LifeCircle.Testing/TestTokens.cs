using System.Security.Cryptography;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.Testing;

/// <summary>What a test's token says; the defaults make a valid one.</summary>
public sealed record TestToken
{
    public string ClientId { get; init; } = "test-client";

    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Confines the client to a division.</summary>
    public string? Division { get; init; }

    public Guid? OperatorId { get; init; }

    /// <summary>Its id, if the test is to know it.</summary>
    public string Id { get; init; } = Guid.CreateVersion7().ToString();

    /// <summary>How many times the client's tokens had been withdrawn before it.</summary>
    public long Epoch { get; init; }

    public string Audience { get; init; } = Authentication.Audience;

    public string Issuer { get; init; } = TestTokens.Issuer;

    public string Type { get; init; } = "at+jwt";

    /// <summary>From now; negative for an expired token.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>From now; positive for a token that is not valid yet.</summary>
    public TimeSpan ValidFrom { get; init; } = TimeSpan.FromHours(-1);

    /// <summary>Null: the issuer's own key.</summary>
    public SigningCredentials? SignedWith { get; init; }
}

/// <summary>Signs access tokens in the place of the Operators service, and serves the public key and the list of withdrawn tokens as it does.</summary>
public sealed class TestTokens : IAsyncDisposable
{
    public const string Issuer = "http://lifecircle.test";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly SemaphoreSlim _starting = new(1);
    private WebApplication? _server;
    private volatile WithdrawnTokenList _withdrawn = new([], []);
    private int _fetchesOfWithdrawn;

    public TestTokens() => Key = new ECDsaSecurityKey(_key) { KeyId = "test" };

    /// <summary>The signing key.</summary>
    public ECDsaSecurityKey Key { get; }

    /// <summary>How many times a service has asked for the withdrawn tokens.</summary>
    public int FetchesOfWithdrawn => _fetchesOfWithdrawn;

    /// <summary>Takes back a client's tokens of a lower epoch.</summary>
    public void Withdraw(string clientId, long epoch) => _withdrawn = _withdrawn with { Clients = [.. _withdrawn.Clients.Where(client => client.ClientId != clientId), new(clientId, epoch)] };

    /// <summary>Takes back one token.</summary>
    public void Withdraw(string tokenId) => _withdrawn = _withdrawn with { Tokens = [.. _withdrawn.Tokens, tokenId] };

    public string Create(TestToken token)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object> { [Caller.ClientIdClaim] = token.ClientId, ["sub"] = token.ClientId, ["jti"] = token.Id };
        if (token.Epoch > 0) claims[WithdrawnTokenList.EpochClaim] = token.Epoch;
        if (token.Scopes.Count > 0) claims[Caller.ScopeClaim] = string.Join(' ', token.Scopes);
        if (token.Division is not null) claims[Caller.DivisionClaim] = token.Division;
        if (token.OperatorId is not null) claims[Caller.OperatorIdClaim] = token.OperatorId.Value.ToString();
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = token.Issuer,
            Audience = token.Audience,
            TokenType = token.Type,
            IssuedAt = now.AddHours(-1),
            NotBefore = now + token.ValidFrom,
            Expires = now + token.Lifetime,
            Claims = claims,
            SigningCredentials = token.SignedWith ?? new SigningCredentials(Key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <summary>Where a service finds the keys.</summary>
    public async Task<string> KeysAddressAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_server is null)
            {
                var builder = WebApplication.CreateSlimBuilder();
                builder.Logging.ClearProviders();
                _server = builder.Build();
                _server.Urls.Add("http://127.0.0.1:0");
                var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(ECDsa.Create(_key.ExportParameters(false))) { KeyId = "test" });
                _server.MapGet("/.well-known/jwks.json", () => new { keys = new[] { new { key.Kty, key.Crv, key.X, key.Y, key.Kid, Use = "sig", Alg = "ES256" } } });
                _server.MapGet(WithdrawnTokenList.Path, () =>
                {
                    Interlocked.Increment(ref _fetchesOfWithdrawn);
                    return Results.Json(_withdrawn, Json.Options);
                });
                await _server.StartAsync();
            }
            return $"{_server.Urls.Single()}/.well-known/jwks.json";
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _key.Dispose();
        _starting.Dispose();
    }
}

using LifeCircle.Operators.Keys;
using LifeCircle.ServiceDefaults;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.Operators.Tokens;

/// <summary>
/// Access tokens for what this service itself asks of another one. It is the one that signs tokens, so it needs neither a registered client nor a
/// secret for it; the other service checks them as it does any.
/// </summary>
internal sealed class ServiceToken(KeyRing keys, IConfiguration settings, TimeProvider clock)
{
    /// <summary>No registered client is called so: their ids are made up.</summary>
    public const string ClientId = "operators";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    public async Task<string> CreateAsync(string scope, CancellationToken cancel)
    {
        await keys.LoadAsync(cancel);
        var now = clock.GetUtcNow();
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = settings["Authentication:Issuer"],
            Audience = settings["Authentication:Audience"] is { Length: > 0 } audience ? audience : Authentication.Audience,
            TokenType = "at+jwt",
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                ["sub"] = ClientId,
                ["jti"] = $"{Guid.CreateVersion7(now)}",
                [Caller.ClientIdClaim] = ClientId,
                [Caller.ScopeClaim] = scope,
            },
            SigningCredentials = keys.Current,
        });
    }
}

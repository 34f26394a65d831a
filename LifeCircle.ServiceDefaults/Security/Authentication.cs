using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Access tokens are RFC 9068 JWTs of the Operators service; every service checks signature, type, issuer, audience and lifetime by itself,
/// and that the token is not among those that were taken back (<see cref="WithdrawnTokens"/>).
/// A route that declares no scope answers nobody, and a service that has one does not start.
/// </summary>
public static class Authentication
{
    /// <summary>Whom the district's tokens are for, unless <c>Authentication__Audience</c> says otherwise.</summary>
    public const string Audience = "lifecircle";

    /// <summary>
    /// Whom the tokens of clients that are only tried out are for. A second installation of the services with <c>Authentication__Audience</c> set
    /// to this, and issuer and keys of the first, accepts these tokens and no others, as the first accepts none of these: one register of
    /// clients, two installations.
    /// </summary>
    public const string SandboxAudience = "lifecircle-sandbox";

    /// <summary>Where the public keys are; the name is resolved by service discovery.</summary>
    public const string KeysAddress = "http://operators/.well-known/jwks.json";

    public static void AddAuthentication(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHttpClient(TokenKeys.ClientName, client => client.Timeout = TimeSpan.FromSeconds(3));
        builder.Services.AddSingleton<TokenKeys>();
        builder.Services.AddHttpClient(WithdrawnTokens.ClientName, client =>
        {
            client.Timeout = TimeSpan.FromSeconds(3);
            client.MaxResponseContentBufferSize = WithdrawnTokens.MaximumBytes;
        });
        builder.Services.AddSingleton<WithdrawnTokens>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WithdrawnTokens>());
        builder.Services.AddSingleton<KnownTokens>();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IConfiguration, TokenKeys, KnownTokens, WithdrawnTokens>(Configure).ValidateOnStart();
        // What routing made itself, such as 405, and addresses without a route answer everybody: 404, not 401.
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder()
            .RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint)
            .Build());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationHandler, ScopeHandler>());
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, ScopeAnswers>();
        builder.Services.AddSingleton<IStartupFilter, DeclaredRoutes>();
    }

    private static void Configure(JwtBearerOptions options, IConfiguration configuration, TokenKeys keys, KnownTokens known, WithdrawnTokens withdrawn)
    {
        if (configuration["Authentication:Issuer"] is not { Length: > 0 } issuer) throw new InvalidOperationException(
            "Set Authentication__Issuer to the public address of the gateway, for example http://127.0.0.1:8080; the AppHost does it.");
        options.MapInboundClaims = false;
        options.ConfigurationManager = keys;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = issuer,
            ValidAudience = configuration["Authentication:Audience"] is { Length: > 0 } audience ? audience : Audience,
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            TryAllIssuerSigningKeys = false, // a token names its key
            ClockSkew = TimeSpan.FromSeconds(30),
            NameClaimType = Caller.ClientIdClaim,
        };
        options.SaveToken = false; // nobody asks for it
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = message => PrepareAsync(message, keys, known, withdrawn),
            OnTokenValidated = validated =>
            {
                if (withdrawn.Contains(TokenMark.Of(validated.Principal!))) validated.Fail("The token was withdrawn.");
                else known.Remember((JsonWebToken)validated.SecurityToken, validated.Principal!);
                return Task.CompletedTask;
            },
        };
    }

    private static async Task PrepareAsync(MessageReceivedContext message, TokenKeys keys, KnownTokens known, WithdrawnTokens withdrawn)
    {
        if (!AuthenticationHeaderValue.TryParse(message.Request.Headers.Authorization, out var given)
            || !given.Scheme.Equals(JwtBearerDefaults.AuthenticationScheme, StringComparison.OrdinalIgnoreCase)
            || string.IsNullOrEmpty(given.Parameter))
            return; // no token at all
        if (known.Find(given.Parameter) is { } token)
        {
            await keys.PrepareAsync(token.Key.KeyId, message.HttpContext.RequestAborted);
            message.Principal = token.Principal;
            message.Properties.ExpiresUtc = token.Until;
            message.Success();
            return;
        }
        try
        {
            // Unchecked, so good for nothing but the name of its key.
            await keys.PrepareAsync(new JsonWebToken(given.Parameter).Kid, message.HttpContext.RequestAborted);
            await withdrawn.ReadyAsync(message.HttpContext.RequestAborted);
        }
        catch (ArgumentException)
        {
            message.Fail("The token cannot be read.");
        }
    }
}

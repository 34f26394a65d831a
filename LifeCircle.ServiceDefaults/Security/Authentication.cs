using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Access tokens are RFC 9068 JWTs of the Operators service; every service checks signature, type, issuer, audience and lifetime by itself.
/// A route that declares no scope answers nobody.
/// </summary>
public static class Authentication
{
    /// <summary>Whom the district's tokens are for.</summary>
    public const string Audience = "lifecircle";

    /// <summary>Where the public keys are; the name is resolved by service discovery.</summary>
    public const string KeysAddress = "http://operators/.well-known/jwks.json";

    private static readonly Rule KeysUnavailable = Rule.Unavailable(
        "service.token_keys_unavailable", "Access tokens cannot be checked now; try again.", "暂时无法校验访问令牌，请稍后重试。");

    public static void AddAuthentication(this IHostApplicationBuilder builder)
    {
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IConfiguration, IHttpClientFactory>(Configure);
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser()
            .RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is null) // 404, not 403
            .Build());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationHandler, ScopeHandler>());
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, ScopeAnswers>();
    }

    private static void Configure(JwtBearerOptions options, IConfiguration configuration, IHttpClientFactory clients)
    {
        var issuer = configuration["Authentication:Issuer"] ?? throw new InvalidOperationException(
            "Set Authentication__Issuer to the public address of the gateway, for example http://127.0.0.1:8080; the AppHost does it.");
        options.MapInboundClaims = false;
        options.RequireHttpsMetadata = false; // the keys come over the private network of the services
        options.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
            configuration["Authentication:KeysAddress"] ?? KeysAddress, new KeysRetriever(issuer),
            new HttpDocumentRetriever(clients.CreateClient("token-keys")) { RequireHttps = false })
        {
            AutomaticRefreshInterval = TimeSpan.FromMinutes(5),
            RefreshInterval = TimeSpan.FromSeconds(30),
        };
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = issuer,
            ValidAudience = Audience,
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = TimeSpan.FromSeconds(30),
            NameClaimType = Caller.ClientIdClaim,
        };
        options.Events = new JwtBearerEvents
        {
            // A bad token is the client's fault and ends in 401; keys that cannot be had are ours.
            OnAuthenticationFailed = failed => failed.Exception is SecurityTokenException or ArgumentException
                ? Task.CompletedTask
                : throw new RuleBroken(KeysUnavailable),
        };
    }

    private sealed class KeysRetriever(string issuer) : IConfigurationRetriever<OpenIdConnectConfiguration>
    {
        public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(
            string address, IDocumentRetriever retriever, CancellationToken cancel)
        {
            var keys = new JsonWebKeySet(await retriever.GetDocumentAsync(address, cancel));
            var configuration = new OpenIdConnectConfiguration { Issuer = issuer, JsonWebKeySet = keys };
            foreach (var key in keys.GetSigningKeys()) configuration.SigningKeys.Add(key);
            return configuration;
        }
    }
}

using System.Security.Cryptography;
using LifeCircle.Operators.Clients;
using LifeCircle.Operators.Keys;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Core;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;
using Handlers = OpenIddict.Server.OpenIddictServerHandlers;

namespace LifeCircle.Operators.Tokens;

public static class TokenRegistration
{
    private const string Issuer = "Authentication:Issuer";

    /// <summary>The OAuth 2 server of the district: access tokens for clients that prove who they are, nothing about users.</summary>
    public static void AddTokens(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<TokenRules>().BindConfiguration("Operators")
            .Validate(rules => rules.IsValid, "Operators: tokens live at most 600 seconds, every value is positive, keys sign for longer than they "
                + "are published ahead, and the sandbox's address, if there is one, begins with http:// or https://.")
            .Validate<IConfiguration>((_, configuration) => configuration[Issuer] is { Length: > 0 },
                "Set Authentication__Issuer to the public address of the gateway, for example http://127.0.0.1:8080; the AppHost does it.")
            .ValidateOnStart();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(provider => provider.GetRequiredService<KeyRing>());
        services.AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(provider => provider.GetRequiredService<KeyRing>());
        services.AddHostedService<TokenHousekeeping>();
        services.AddSingleton<ServiceToken>();
        services.AddSingleton<WrongSecrets>().AddSingleton<VerifiedSecrets>();
        services.AddScoped<ClientRegister>(provider => (ClientRegister)provider.GetRequiredService<OpenIddictApplicationManager<Client>>());

        services.AddOpenIddict()
            .AddCore(core => core.ReplaceApplicationManager<Client, ClientRegister>()
                .UseEntityFrameworkCore().UseDbContext<OperatorsDbContext>()
                .ReplaceDefaultEntities<Client, ClientAuthorization, ClientScope, ClientToken, Guid>())
            .AddServer(server =>
            {
                server.SetTokenEndpointUris("oauth/token")
                    .SetIntrospectionEndpointUris("oauth/introspect")
                    .SetRevocationEndpointUris("oauth/revoke")
                    .SetJsonWebKeySetEndpointUris(".well-known/jwks.json")
                    .SetConfigurationEndpointUris(".well-known/oauth-authorization-server");
                server.AllowClientCredentialsFlow();
                server.DisableAccessTokenEncryption();
                // See RevokedToken and IssueToken for what stands in the place of these.
                server.DisableAuthorizationStorage().DisableTokenStorage().DisableScopeValidation().IgnoreScopePermissions();
                // OpenIddict demands it; what it would encrypt does not exist here.
                server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
                AddHandlers(server);
                // The gateway has ended TLS; the rest of the way is the private network of the services.
                server.UseAspNetCore().DisableTransportSecurityRequirement().EnableTokenEndpointPassthrough().SuppressJsonResponseIndentation();

                var issuer = builder.Configuration[Issuer] ?? "http://localhost"; // migrations have none
                server.SetIssuer(new Uri(issuer));
                TokenShape.Apply(server, issuer);
            });
        services.AddOptions<OpenIddictServerOptions>().Configure<IOptions<TokenRules>>((options, rules) =>
        {
            options.AccessTokenLifetime = rules.Value.TokenLifetime;
            options.Scopes.Clear(); // openid is none of ours
            options.Scopes.UnionWith(GrantableScopes.All);
        });
    }

    private static void AddHandlers(OpenIddictServerBuilder server)
    {
        server.AddEventHandler<ProcessRequestContext>(handler => handler
            .UseSingletonHandler<PrepareRequest>().SetOrder(Handlers.InferEndpointType.Descriptor.Order - 500));
        server.AddEventHandler<ProcessRequestContext>(handler => handler
            .UseSingletonHandler<RequireForm>().SetOrder(Handlers.InferEndpointType.Descriptor.Order + 500));
        RequireCredentials<ValidateTokenRequestContext>();
        RequireCredentials<ValidateIntrospectionRequestContext>();
        RequireCredentials<ValidateRevocationRequestContext>();
        server.AddEventHandler<ProcessAuthenticationContext>(handler => handler
            .UseSingletonHandler<RefuseGuessing>().SetOrder(Handlers.ValidateClientId.Descriptor.Order - 500));
        server.AddEventHandler<ValidateTokenContext>(handler => handler
            .UseSingletonHandler<AdmitAssertionTypes>().SetOrder(Handlers.Protection.ResolveTokenValidationParameters.Descriptor.Order + 500));
        server.AddEventHandler<ProcessAuthenticationContext>(handler => handler
            .UseScopedHandler<FindAssertingClient>().SetOrder(Handlers.ValidateClientAssertion.Descriptor.Order - 500));
        server.AddEventHandler<ProcessAuthenticationContext>(handler => handler
            .UseScopedHandler<CheckAssertion>().SetOrder(Handlers.ValidateClientAssertion.Descriptor.Order + 500));
        server.AddEventHandler<ProcessErrorContext>(handler => handler
            .UseSingletonHandler<CountWrongSecret>().SetOrder(int.MinValue));
        server.RemoveEventHandler(Handlers.Revocation.RevokeToken.Descriptor);
        server.AddEventHandler<HandleRevocationRequestContext>(handler => handler
            .UseScopedHandler<RevokeToken>().SetOrder(Handlers.Revocation.RevokeToken.Descriptor.Order));
        server.AddEventHandler<ValidateTokenContext>(handler => handler
            .UseScopedHandler<RefuseRevokedToken>().SetOrder(Handlers.Protection.ValidateTokenEntry.Descriptor.Order));

        void RequireCredentials<TContext>() where TContext : BaseValidatingContext => server.AddEventHandler<TContext>(handler => handler
            .UseSingletonHandler<RequireCredentials<TContext>>().SetOrder(int.MinValue));
    }
}

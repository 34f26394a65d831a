using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using static OpenIddict.Server.OpenIddictServerEvents;
using Handlers = OpenIddict.Server.OpenIddictServerHandlers;

namespace LifeCircle.Operators.Tokens;

/// <summary>Makes OpenIddict's tokens and answers say what the standards and the district's services expect, and no more.</summary>
internal static class TokenShape
{
    // Short: a new key must be known everywhere long before it signs.
    private const string Cacheable = "public, max-age=60";

    /// <param name="server">OpenIddict's set-up.</param>
    /// <param name="issuer">As configured: OpenIddict's own has a slash at its end, and services compare letter by letter.</param>
    public static void Apply(OpenIddictServerBuilder server, string issuer)
    {
        On<GenerateTokenContext>(Handlers.Protection.GenerateIdentityModelToken.Descriptor.Order - 500, token =>
        {
            token.SecurityTokenDescriptor.Issuer = issuer;
            var claims = token.SecurityTokenDescriptor.Subject;
            foreach (var inner in claims.FindAll(claim => claim.Type.StartsWith("oi_", StringComparison.Ordinal)).ToArray())
                claims.RemoveClaim(inner);
        });
        On<HandleIntrospectionRequestContext>(Handlers.Introspection.AttachMetadataClaims.Descriptor.Order + 500, standing =>
        {
            var token = standing.GenericTokenPrincipal!;
            standing.Scopes.UnionWith(token.GetScopes());
            foreach (var claim in token.Claims.Where(claim => claim.Type is Caller.DivisionClaim or Caller.OperatorIdClaim))
                standing.Claims[claim.Type] = claim.Value;
        });
        On<ApplyIntrospectionResponseContext>(int.MinValue + 1, answer =>
        {
            if (answer.Response.GetParameter(OpenIddictConstants.Parameters.Iss) is not null) answer.Response["iss"] = issuer;
            Respond(answer, response => response.Headers.CacheControl = "no-store");
        });
        On<ApplyConfigurationResponseContext>(int.MinValue + 1, answer =>
        {
            answer.Response["issuer"] = issuer;
            // Members of OpenID Connect, which this is not, and of endpoints that there are none of.
            string[] idle = ["prompt_values_supported", "subject_types_supported", "id_token_signing_alg_values_supported", "claims_supported", "claims_parameter_supported",
                "request_parameter_supported", "request_uri_parameter_supported", "authorization_response_iss_parameter_supported",
                "require_pushed_authorization_requests", "tls_client_certificate_bound_access_tokens"];
            answer.Response.AddParameter("response_types_supported", new System.Text.Json.Nodes.JsonArray()); // demanded, even of none
            foreach (var member in idle) answer.Response.RemoveParameter(member);
            Respond(answer, response => response.Headers.CacheControl = Cacheable);
        });
        On<ApplyJsonWebKeySetResponseContext>(int.MinValue + 1, answer => Respond(answer, response => response.Headers.CacheControl = Cacheable));
        On<ProcessErrorContext>(int.MinValue + 1, error => error.ErrorUri = null); // pages of OpenIddict's own

        void On<TContext>(int order, Action<TContext> handle) where TContext : BaseContext =>
            server.AddEventHandler<TContext>(handler => handler.SetOrder(order).UseInlineHandler(context =>
            {
                handle(context);
                return default;
            }));
    }

    private static void Respond(BaseContext context, Action<HttpResponse> change) =>
        change(context.Transaction.GetHttpRequest()!.HttpContext.Response);
}

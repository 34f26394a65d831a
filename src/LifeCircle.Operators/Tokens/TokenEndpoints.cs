using LifeCircle.Operators.Tokens.Withdrawals;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Tokens;

public static class TokenEndpoints
{
    internal const string Form = "application/x-www-form-urlencoded";

    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        Post("/oauth/token", IssueToken.Handle).Accepts<TokenRequest>(Form).Produces<TokenAnswer>()
            .WithName("issueToken").WithSummary("An access token for the client that proves who it is (RFC 6749 section 4.4).");
        Post("/oauth/introspect", AnsweredBefore).Accepts<OwnTokenRequest>(Form).Produces<TokenStanding>()
            .WithName("introspectToken").WithSummary("Whether one of the client's own tokens is good now, and what it says (RFC 7662).");
        Post("/oauth/revoke", AnsweredBefore).Accepts<OwnTokenRequest>(Form).Produces(200)
            .WithName("revokeToken").WithSummary("Takes back one of the client's own tokens before it expires (RFC 7009).");

        routes.MapWithdrawnTokens();

        RouteHandlerBuilder Post(string path, Delegate handler)
        {
            var route = routes.MapPost(path, handler).WithTags("Tokens").AllowAnonymous().WithMetadata(ErrorFormat.OAuth);
            foreach (var status in (int[])[400, 401, 413, 415, 429, 503, 504]) route.Produces<OAuthError>(status);
            return route;
        }
    }

    // OpenIddict answers before routes are run; the route says what the API document and the shape of errors need to know.
    private static IResult AnsweredBefore() => throw new InvalidOperationException("OpenIddict has not recognised its endpoint.");
}

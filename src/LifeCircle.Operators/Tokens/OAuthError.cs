using System.Text.Json.Serialization;
using LifeCircle.ServiceDefaults;
using OpenIddict.Abstractions;

namespace LifeCircle.Operators.Tokens;

/// <summary>An error of the OAuth endpoints (RFC 6749 section 5.2), in English because the standard allows ASCII only.</summary>
/// <param name="Error"><c>invalid_request</c>, <c>invalid_client</c>, <c>invalid_scope</c>, <c>unauthorized_client</c>,
/// <c>unsupported_grant_type</c>; with 429 and 503 <c>temporarily_unavailable</c>, with 500 <c>server_error</c>.</param>
/// <param name="ErrorDescription">For the developer of the client.</param>
public sealed record OAuthError(string Error, [property: JsonPropertyName("error_description")] string ErrorDescription)
{
    /// <summary>What ServiceDefaults finds wrong at these endpoints, such as a database that is away, is said in OAuth's words, too.</summary>
    internal static ErrorFormat Format { get; } = new((context, description) => context.Response.WriteAsJsonAsync(new OAuthError(
        context.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => OpenIddictConstants.Errors.InvalidClient,
            StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout
                => OpenIddictConstants.Errors.TemporarilyUnavailable,
            >= 500 => OpenIddictConstants.Errors.ServerError,
            _ => OpenIddictConstants.Errors.InvalidRequest,
        }, description), context.RequestAborted));
}

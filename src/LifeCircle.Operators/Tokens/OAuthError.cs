using System.Text.Json.Serialization;

namespace LifeCircle.Operators.Tokens;

/// <summary>An error of the OAuth endpoints (RFC 6749 section 5.2), in English because the standard allows ASCII only.</summary>
/// <param name="Error"><c>invalid_request</c>, <c>invalid_client</c>, <c>invalid_scope</c>, <c>unauthorized_client</c>,
/// <c>unsupported_grant_type</c>; with 429 and 503 <c>temporarily_unavailable</c>, with 500 <c>server_error</c>.</param>
/// <param name="ErrorDescription">For the developer of the client.</param>
public sealed record OAuthError(string Error, [property: JsonPropertyName("error_description")] string ErrorDescription);

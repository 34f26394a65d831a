namespace LifeCircle.Operators.Tokens;

/// <summary>
/// A form, with the client's id and secret in it or, better, in an <c>Authorization: Basic</c> header; or with an assertion that the client has
/// signed with its private key.
/// </summary>
public sealed record TokenRequest
{
    /// <summary>Always <c>client_credentials</c>.</summary>
    public required string GrantType { get; init; }

    /// <summary>Scopes separated by spaces; without it, all that the client has been granted.</summary>
    public string? Scope { get; init; }

    /// <summary>Only without the header.</summary>
    public string? ClientId { get; init; }

    /// <summary>Only without the header.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>With an assertion: <c>urn:ietf:params:oauth:client-assertion-type:jwt-bearer</c>.</summary>
    public string? ClientAssertionType { get; init; }

    /// <summary>
    /// A JWT (RFC 7523) signed with a key of the client, its <c>kid</c> in the header: <c>iss</c> and <c>sub</c> the client's id, <c>aud</c> the issuer
    /// and nothing else, <c>exp</c> within 5 minutes, and a <c>jti</c> that is used once.
    /// </summary>
    public string? ClientAssertion { get; init; }
}

/// <summary>An access token (RFC 6749 section 5.1).</summary>
/// <param name="AccessToken">A signed JWT after RFC 9068; send it as <c>Authorization: Bearer</c>.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Seconds that it is good for. Ask for the next one shortly before; there is no refresh token.</param>
/// <param name="Scope">What it allows, where that is not what was asked for.</param>
public sealed record TokenAnswer(string AccessToken, string TokenType, int ExpiresIn, string? Scope);

/// <summary>A form that names one of the client's own tokens, and carries its credentials as a token request does.</summary>
public sealed record OwnTokenRequest
{
    /// <summary>The access token.</summary>
    public required string Token { get; init; }

    /// <summary>Only without an <c>Authorization: Basic</c> header.</summary>
    public string? ClientId { get; init; }

    /// <summary>Only without an <c>Authorization: Basic</c> header.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>As in a token request.</summary>
    public string? ClientAssertionType { get; init; }

    /// <summary>As in a token request.</summary>
    public string? ClientAssertion { get; init; }
}

/// <summary>What a token says (RFC 7662 section 2.2); only <c>active</c> for one that is expired, revoked or not the client's own.</summary>
/// <param name="Active">Whether it is good now.</param>
/// <param name="Iss">The issuer.</param>
/// <param name="Sub">The client.</param>
/// <param name="Aud">Whom it is for.</param>
/// <param name="ClientId">The client.</param>
/// <param name="Scope">What it allows.</param>
/// <param name="Jti">Its id.</param>
/// <param name="Iat">Seconds since 1970 at its issue.</param>
/// <param name="Exp">Seconds since 1970 at its end.</param>
/// <param name="Division">The division that the client is confined to.</param>
/// <param name="OperatorId">The operator that the client belongs to.</param>
public sealed record TokenStanding(bool Active, string? Iss, string? Sub, string? Aud, string? ClientId, string? Scope, string? Jti,
    long? Iat, long? Exp, string? Division, Guid? OperatorId);

namespace LifeCircle.Operators.Tokens;

/// <summary>How tokens are issued, from the section <c>Operators</c>.</summary>
public sealed class TokenRules
{
    /// <summary>Base64 of 32 bytes; the private signing keys in the database are encrypted under it.</summary>
    public string KeyEncryptionKey { get; set; } = "";

    /// <summary>Life of an access token; services do not ask back, so it bounds how long a withdrawn right lives on.</summary>
    public int TokenSeconds { get; set; } = 600;

    /// <summary>Days that a key signs before the next one takes over.</summary>
    public int SigningKeyDays { get; set; } = 30;

    /// <summary>Hours that a key is published before it signs; services and caches must have seen it by then.</summary>
    public int SigningKeyAheadHours { get; set; } = 24;

    /// <summary>Wrong secrets for one client from one address within a window; more are refused unheard.</summary>
    public int WrongSecrets { get; set; } = 20;

    /// <summary>Seconds of that window.</summary>
    public int WrongSecretSeconds { get; set; } = 60;

    /// <summary>
    /// Public address of the installation that takes the tokens of sandbox clients (its <c>Authentication__Audience</c> is <c>lifecircle-sandbox</c>);
    /// empty: there is none, and nobody gets such a client.
    /// </summary>
    public string SandboxAddress { get; set; } = "";

    internal Uri? Sandbox => Uri.TryCreate(SandboxAddress, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https" } ? address : null;

    internal TimeSpan TokenLifetime => TimeSpan.FromSeconds(TokenSeconds);

    internal bool IsValid => this is
    {
        TokenSeconds: > 0 and <= 600, SigningKeyDays: > 0, SigningKeyAheadHours: > 0, WrongSecrets: > 0, WrongSecretSeconds: > 0,
    } && SigningKeyDays * 24 > SigningKeyAheadHours && (SandboxAddress.Length == 0 || Sandbox is not null);
}

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

    internal TimeSpan TokenLifetime => TimeSpan.FromSeconds(TokenSeconds);

    internal bool IsValid => this is
    {
        TokenSeconds: > 0 and <= 600, SigningKeyDays: > 0, SigningKeyAheadHours: > 0, WrongSecrets: > 0, WrongSecretSeconds: > 0,
    } && SigningKeyDays * 24 > SigningKeyAheadHours;
}

using System.Security.Cryptography;
using LifeCircle.Operators.Keys;
using LifeCircle.Operators.Tokens;
using Microsoft.Extensions.Options;

namespace LifeCircle.Operators.Webhooks.Subscriptions;

/// <summary>Secrets that webhooks are signed with: made here, shown once, and sealed in the database under the service's own key.</summary>
internal sealed class SigningSecrets(IOptions<TokenRules> rules) : IDisposable
{
    /// <summary>What Standard Webhooks has before the base64 of a symmetric secret.</summary>
    public const string Prefix = "whsec_";

    private const int Length = 32; // Standard Webhooks: 24 to 64 bytes

    private readonly KeyEncryption _encryption = new(rules.Value.KeyEncryptionKey);
    private readonly Lock _gate = new(); // AesGcm is not for several threads at once

    /// <summary>A new secret for a webhook, as its owner sees it.</summary>
    public static string Generate() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length));

    public byte[] Seal(Guid webhook, string secret)
    {
        lock (_gate) return _encryption.Seal(Purpose(webhook), Convert.FromBase64String(secret[Prefix.Length..]));
    }

    /// <exception cref="AuthenticationTagMismatchException">Sealed for another webhook or under another key, or altered.</exception>
    public byte[] Open(Guid webhook, byte[] box)
    {
        lock (_gate) return _encryption.Open(Purpose(webhook), box);
    }

    public void Dispose() => _encryption.Dispose();

    // No signing key of tokens has an id like this.
    private static string Purpose(Guid webhook) => $"webhook {webhook}";
}

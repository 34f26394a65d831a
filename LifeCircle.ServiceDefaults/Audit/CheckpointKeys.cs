using System.Security.Cryptography;

namespace LifeCircle.ServiceDefaults;

/// <summary>The keys of checkpoints: one that signs, and the public halves of those that once did.</summary>
internal sealed class CheckpointKeys
{
    private const string CurrentName = "Audit__CheckpointKey";

    private readonly Lock _signing = new(); // an ECDsa is not safe for threads
    private readonly ECDsa? _current;
    private readonly Dictionary<string, ECDsa> _known = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">A key is missing or cannot be read; it says which, and how to make one.</exception>
    public CheckpointKeys(AuditSettings settings)
    {
        // Public halves are enough for an auditor, who verifies and must not be able to sign.
        if (settings.CheckpointKey is { Length: > 0 } || settings.PublicKeys.Count == 0)
        {
            _current = Private(settings.CheckpointKey);
            _known[IdOf(_current)] = _current;
        }
        foreach (var (name, value) in settings.PublicKeys)
        {
            var key = Public($"Audit__PublicKeys__{name}", value);
            _known[IdOf(key)] = key;
        }
    }

    /// <summary>What an auditor needs to verify what is signed now: the key's id, and the value of an <c>Audit__PublicKeys__...</c>.</summary>
    public (string Id, string PublicHalf)? Current => _current is null ? null : (IdOf(_current), Convert.ToBase64String(_current.ExportSubjectPublicKeyInfo()));

    /// <exception cref="InvalidOperationException">There is no private key.</exception>
    public void RequireSigning()
    {
        if (_current is null) _ = Private(null);
    }

    public AuditCheckpoint Sign(string service, long number, byte[] hash, DateTimeOffset at)
    {
        RequireSigning();
        lock (_signing)
            return new AuditCheckpoint
            {
                Service = service,
                Number = number,
                Hash = hash,
                At = at,
                KeyId = IdOf(_current!),
                Signature = _current!.SignData(AuditCheckpoint.SignedBytes(service, number, hash, at), HashAlgorithmName.SHA256),
            };
    }

    /// <summary>Whether one of the keys has signed it.</summary>
    public bool Verify(AuditCheckpoint checkpoint)
    {
        lock (_signing)
            return _known.TryGetValue(checkpoint.KeyId, out var key) && key.VerifyData(checkpoint.SignedBytes(), checkpoint.Signature, HashAlgorithmName.SHA256);
    }

    private static string IdOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 8));

    // The 32 bytes are the private number of a P-256 key, so that all keys of a service are made alike; one in 2^32 is none.
    private static ECDsa Private(string? base64)
    {
        var secret = EncryptionKeys.Secret(CurrentName, base64);
        try
        {
            return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret });
        }
        catch (CryptographicException)
        {
            throw new InvalidOperationException($"{CurrentName} is not fit for a P-256 key. Make another one: openssl rand -base64 32");
        }
    }

    private static ECDsa Public(string name, string base64)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(base64), out _);
            if (key.KeySize == 256) return key;
        }
        catch (Exception failure) when (failure is FormatException or CryptographicException)
        {
            // Said below.
        }
        key.Dispose();
        throw new InvalidOperationException($"{name} must be the public half of a checkpoint key, as the verb verify-audit prints it.");
    }
}

using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.Operators.Keys;

/// <summary>A P-256 key that signs access tokens from a moment on, until its successor's moment comes.</summary>
public sealed class SigningKey
{
    private SigningKey() { }

    /// <summary>The <c>kid</c>: the thumbprint of the public key (RFC 7638).</summary>
    public string Id { get; private set; } = "";

    public DateTimeOffset SignsFrom { get; private set; }

    /// <summary>PKCS #8, sealed by <see cref="KeyEncryption"/>.</summary>
    public byte[] SealedPrivateKey { get; private set; } = [];

    internal static SigningKey Generate(KeyEncryption encryption, DateTimeOffset signsFrom)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = Base64UrlEncoder.Encode(new ECDsaSecurityKey(key).ComputeJwkThumbprint());
        var secret = key.ExportPkcs8PrivateKey();
        var signingKey = new SigningKey { Id = id, SignsFrom = signsFrom, SealedPrivateKey = encryption.Seal(id, secret) };
        CryptographicOperations.ZeroMemory(secret);
        return signingKey;
    }

    /// <exception cref="SigningKeyUnreadable">It was sealed under another key-encryption key.</exception>
    internal SigningCredentials Open(KeyEncryption encryption)
    {
        try
        {
            var secret = encryption.Open(Id, SealedPrivateKey);
            var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(secret, out _);
            CryptographicOperations.ZeroMemory(secret);
            return new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = Id }, SecurityAlgorithms.EcdsaSha256);
        }
        catch (AuthenticationTagMismatchException mismatch)
        {
            throw new SigningKeyUnreadable(Id, mismatch);
        }
    }
}

/// <summary>The service must not go on: with a key of its own making it would contradict the other replicas.</summary>
public sealed class SigningKeyUnreadable(string id, Exception inner) : Exception(
    $"The signing key {id} in the database was encrypted under another Operators__KeyEncryptionKey. Give the service the key that it had before. "
    + "If that is lost, delete the rows of the table signing_key: new keys are made, and tokens issued until then become invalid.", inner);

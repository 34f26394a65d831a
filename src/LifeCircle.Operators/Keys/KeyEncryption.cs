using System.Security.Cryptography;
using System.Text;

namespace LifeCircle.Operators.Keys;

/// <summary>Seals private keys for the database: AES-256-GCM as nonce, tag, ciphertext, bound to the id of the key.</summary>
internal sealed class KeyEncryption : IDisposable
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly AesGcm _aes;

    /// <exception cref="FormatException">It is not base64 of 32 bytes.</exception>
    public KeyEncryption(string base64)
    {
        Span<byte> key = stackalloc byte[32];
        if (!Convert.TryFromBase64String(base64, key, out var length) || length != key.Length)
            throw new FormatException("Operators__KeyEncryptionKey must be the base64 of 32 random bytes, e.g. from: openssl rand -base64 32");
        _aes = new AesGcm(key, TagLength);
    }

    public byte[] Seal(string id, ReadOnlySpan<byte> secret)
    {
        var result = new byte[NonceLength + TagLength + secret.Length];
        var nonce = result.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        _aes.Encrypt(nonce, secret, result.AsSpan(NonceLength + TagLength), result.AsSpan(NonceLength, TagLength), Encoding.UTF8.GetBytes(id));
        return result;
    }

    /// <exception cref="AuthenticationTagMismatchException">Sealed under another key or for another id, or altered.</exception>
    public byte[] Open(string id, ReadOnlySpan<byte> box)
    {
        if (box.Length < NonceLength + TagLength) throw new AuthenticationTagMismatchException();
        var secret = new byte[box.Length - NonceLength - TagLength];
        _aes.Decrypt(box[..NonceLength], box[(NonceLength + TagLength)..], box.Slice(NonceLength, TagLength), secret, Encoding.UTF8.GetBytes(id));
        return secret;
    }

    public void Dispose() => _aes.Dispose();
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// The keys of sealed texts. One of them, <c>Privacy:CurrentKey</c>, seals; every one in <c>Privacy:Keys</c> opens, because each text names its own.
/// To rotate: give every replica the new key (<c>Privacy__Keys__k2</c>), then make it the current one, then run the verb <c>rekey</c>. The old
/// key must stay for as long as a backup is kept that was made before <c>rekey</c> had ended: without it such a backup is unreadable.
/// </summary>
public sealed class EncryptionKeys
{
    public const string Section = "Privacy";

    // AES-256-GCM: format, length of the key's id, the id, nonce, tag, ciphertext. Random nonces are safe for 2^32 texts of one key; each column
    // has a key of its own, derived from the ring's, so that no district comes near.
    private const byte Format = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int MaximumIdLength = 32;

    private readonly Dictionary<string, byte[]> _ring;
    private readonly ConcurrentDictionary<(string KeyId, string Column), byte[]> _columnKeys = new();
    private volatile bool _areInDoubt;

    private EncryptionKeys(Dictionary<string, byte[]> ring, string current) => (_ring, Current, CurrentHeader) = (ring, current, HeaderOf(current));

    /// <summary>The id of the key that seals.</summary>
    public string Current { get; }

    /// <summary>Whether nobody knows yet if they are those of the database; so long nothing is sealed or opened, and requests that want it get 503.</summary>
    internal bool AreInDoubt
    {
        get => _areInDoubt;
        set => _areInDoubt = value;
    }

    /// <summary>The ids of all that open.</summary>
    internal IReadOnlyCollection<string> Ids => _ring.Keys;

    /// <summary>See <see cref="KeyChecks"/>.</summary>
    internal IEnumerable<KeyValuePair<string, byte[]>> Checks => _ring.Select(key => KeyValuePair.Create(SettingOf(key.Key), KeyChecks.ValueOf(key.Value)));

    /// <summary>How every box begins that the current key has sealed.</summary>
    internal byte[] CurrentHeader { get; }

    /// <exception cref="InvalidOperationException">A setting is missing or wrong; it says which, and how to make a key.</exception>
    public static EncryptionKeys Read(IConfiguration configuration)
    {
        var ring = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var setting in Settings(configuration))
        {
            // Lower case, because environments do not agree about the case of a variable's name.
            var id = setting.Key.ToLowerInvariant();
            if (id.Length > MaximumIdLength || !id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
                throw new InvalidOperationException($"Privacy__Keys__{setting.Key}: a key is called by at most {MaximumIdLength} letters, digits, - or _.");
            var key = Secret($"Privacy__Keys__{setting.Key}", setting.Value);
            if (ring.Values.Any(other => other.AsSpan().SequenceEqual(key)))
                throw new InvalidOperationException($"Privacy__Keys__{setting.Key} is another key's twin: a rotation to it would change nothing.");
            ring[id] = key;
        }
        var current = configuration[$"{Section}:CurrentKey"]?.ToLowerInvariant();
        return current is { Length: > 0 } && ring.ContainsKey(current)
            ? new(ring, current)
            : throw new InvalidOperationException(
                "Personal data needs a key: set Privacy__Keys__k1 to the output of 'openssl rand -base64 32', and Privacy__CurrentKey to k1. "
                + (current is { Length: > 0 } ? $"There is no Privacy__Keys__{current}." : "Privacy__CurrentKey is not set."));
    }

    /// <summary>The keys that are set. An empty one is not: so some environments take a variable away.</summary>
    internal static IEnumerable<IConfigurationSection> Settings(IConfiguration configuration) =>
        configuration.GetSection($"{Section}:Keys").GetChildren().Where(setting => setting.Value is not "");

    internal static string SettingOf(string id) => $"Privacy__Keys__{id}";

    /// <summary>Seals under the current key.</summary>
    /// <param name="column">Where it will be kept, with <paramref name="row"/>: it can be opened nowhere else.</param>
    /// <param name="row">The row's id.</param>
    /// <param name="secret">What to seal.</param>
    internal byte[] Seal(SealedColumn column, Guid row, ReadOnlySpan<byte> secret)
    {
        RequireNoDoubt();
        var box = new byte[CurrentHeader.Length + NonceLength + TagLength + secret.Length];
        CurrentHeader.CopyTo(box, 0);
        var nonce = box.AsSpan(CurrentHeader.Length, NonceLength);
        var tag = box.AsSpan(CurrentHeader.Length + NonceLength, TagLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(ColumnKey(Current, column), TagLength); // one for each use: an instance is not safe for threads
        aes.Encrypt(nonce, secret, box.AsSpan(CurrentHeader.Length + NonceLength + TagLength), tag, Place(CurrentHeader, column, row));
        return box;
    }

    /// <exception cref="SealBroken">It is none, was altered or moved, or its key is not in the ring.</exception>
    internal byte[] Open(SealedColumn column, Guid row, ReadOnlySpan<byte> box)
    {
        RequireNoDoubt();
        var id = KeyIdOf(box) ?? throw new SealBroken(column, row, "it is not a sealed text of a known format");
        var header = box[..(2 + id.Length)];
        var rest = box[header.Length..];
        if (rest.Length < NonceLength + TagLength) throw new SealBroken(column, row, "it is cut off");
        if (!_ring.ContainsKey(id)) throw new SealBroken(column, row, $"Privacy__Keys__{id} is not set, and its key has sealed it");
        var secret = new byte[rest.Length - NonceLength - TagLength];
        try
        {
            using var aes = new AesGcm(ColumnKey(id, column), TagLength);
            aes.Decrypt(rest[..NonceLength], rest[(NonceLength + TagLength)..], rest.Slice(NonceLength, TagLength), secret, Place(header, column, row));
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SealBroken(column, row, $"it was altered, belongs to another row or column, or another key than ours is called {id}");
        }
    }

    /// <summary>The id of the key that has sealed it; null if it is no box.</summary>
    internal static string? KeyIdOf(ReadOnlySpan<byte> box) => box is [Format, > 0 and <= MaximumIdLength, ..] && box.Length >= 2 + box[1]
        ? Encoding.ASCII.GetString(box.Slice(2, box[1])) : null;

    /// <summary>32 random bytes in base64.</summary>
    /// <exception cref="InvalidOperationException">They are not; says how to make them.</exception>
    internal static byte[] Secret(string name, string? base64)
    {
        var secret = new byte[32];
        return base64 is not null && Convert.TryFromBase64String(base64, secret, out var length) && length == secret.Length
            ? secret
            : throw new InvalidOperationException($"{name} must be the base64 of 32 random bytes, e.g. from: openssl rand -base64 32");
    }

    private void RequireNoDoubt()
    {
        if (_areInDoubt) throw new RuleBroken(Problems.Unavailable) { RetryAfter = 1 };
    }

    private byte[] ColumnKey(string id, SealedColumn column) => _columnKeys.GetOrAdd((id, column.Name), static (key, ring) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, ring[key.KeyId], 32, info: Encoding.UTF8.GetBytes($"lifecircle sealed {key.Column}")), _ring);

    private static byte[] HeaderOf(string id) => [Format, (byte)id.Length, .. Encoding.ASCII.GetBytes(id)];

    private static byte[] Place(ReadOnlySpan<byte> header, SealedColumn column, Guid row) =>
        [.. header, .. Encoding.UTF8.GetBytes(column.Name), 0, .. row.ToByteArray(bigEndian: true)];
}

/// <summary>A sealed text cannot be opened. The message names its place and never its content.</summary>
public sealed class SealBroken(SealedColumn column, Guid row, string why) : Exception($"{column.Name} of {row} cannot be opened: {why}.");

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// Finds a sealed number again: HMAC-SHA256 of its normal form, kept in a <c>bytea</c> column beside it. Who has the database but not
/// <c>Privacy:BlindIndexKey</c> can tell equal numbers, not which. The key is apart from the ring, because a rotation must not change what is
/// looked up by; each column has a key of its own, derived from it, so that two columns cannot be joined.
/// </summary>
public sealed class BlindIndex
{
    private readonly byte[] _key;
    private readonly ConcurrentDictionary<string, byte[]> _columnKeys = new(StringComparer.Ordinal);

    internal const string Setting = "Privacy__BlindIndexKey";

    private BlindIndex(byte[] key) => _key = key;

    /// <summary>See <see cref="KeyChecks"/>.</summary>
    internal KeyValuePair<string, byte[]> Check => new(Setting, KeyChecks.ValueOf(_key));

    /// <exception cref="InvalidOperationException">The setting is missing or wrong; it says how to make one.</exception>
    public static BlindIndex Read(IConfiguration configuration)
    {
        var key = EncryptionKeys.Secret(Setting, configuration[$"{EncryptionKeys.Section}:BlindIndexKey"]);
        foreach (var setting in EncryptionKeys.Settings(configuration))
            if (EncryptionKeys.Secret($"Privacy__Keys__{setting.Key}", setting.Value).AsSpan().SequenceEqual(key))
                throw new InvalidOperationException($"{Setting} must not be the same as Privacy__Keys__{setting.Key}.");
        return new(key);
    }

    /// <param name="column">The sealed column that holds the number.</param>
    /// <param name="id">What is indexed or looked for.</param>
    public byte[] Of(SealedColumn column, ResidentId id) => Hash(column, id.Value);

    /// <param name="column">The sealed column that holds the number.</param>
    /// <param name="number">What is indexed or looked for.</param>
    public byte[] Of(SealedColumn column, Mobile number) => Hash(column, number.Value);

    /// <summary>Of anything else: wide characters, case and spaces make no difference.</summary>
    /// <param name="column">The sealed column that holds the text.</param>
    /// <param name="text">What is indexed or looked for.</param>
    public byte[] Of(SealedColumn column, string text) => Hash(column,
        string.Concat(PersonalText.Narrow(text).Where(letter => !char.IsWhiteSpace(letter))).ToUpperInvariant());

    private byte[] Hash(SealedColumn column, string normal) => HMACSHA256.HashData(
        _columnKeys.GetOrAdd(column.Name, static (name, key) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: Encoding.UTF8.GetBytes($"lifecircle blind index {name}")), _key),
        Encoding.UTF8.GetBytes(normal));
}

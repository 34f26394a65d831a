using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using LifeCircle.ServiceDefaults;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.Operators.Clients.Credentials;

/// <summary>A public key (RFC 7517): P-256, or RSA of 2048 to 4096 bits. Members of private keys are refused: those must never be sent.</summary>
public sealed record PublicKey
{
    /// <summary><c>EC</c> or <c>RSA</c>.</summary>
    [Matches("^(EC|RSA)$")]
    public required string Kty { get; init; }

    /// <summary>Its name in the header of assertions; another one for every key.</summary>
    [TextLength(1, 100), Matches("^[!-~]+$")]
    public required string Kid { get; init; }

    /// <summary><c>sig</c>, if given.</summary>
    [Matches("^sig$")]
    public string? Use { get; init; }

    /// <summary><c>ES256</c>, or <c>RS256</c> or <c>PS256</c>, if given.</summary>
    [Matches("^(ES256|RS256|PS256)$")]
    public string? Alg { get; init; }

    /// <summary><c>verify</c>, if given.</summary>
    [Count(0, 1)]
    public IReadOnlyList<string>? KeyOps { get; init; }

    /// <summary>Of an EC key: <c>P-256</c>.</summary>
    [Matches("^P-256$")]
    public string? Crv { get; init; }

    /// <summary>Of an EC key: base64url.</summary>
    [TextLength(43, 43)]
    public string? X { get; init; }

    /// <summary>Of an EC key: base64url.</summary>
    [TextLength(43, 43)]
    public string? Y { get; init; }

    /// <summary>Of an RSA key: the modulus, base64url.</summary>
    [TextLength(1, 700)]
    public string? N { get; init; }

    /// <summary>Of an RSA key: the exponent, base64url.</summary>
    [TextLength(1, 8)]
    public string? E { get; init; }
}

/// <summary>Public keys of a client; more than one while it changes them.</summary>
public sealed record PublicKeySet
{
    /// <summary>1 to 5.</summary>
    [Count(1, 5)]
    public required IReadOnlyList<PublicKey> Keys { get; init; }

    /// <summary>As OpenIddict keeps it, if every key can be used.</summary>
    /// <exception cref="RuleBroken">Naming the key.</exception>
    internal string Read(string field)
    {
        foreach (var (place, key) in Keys.Index())
        {
            var at = $"{field}[{place}]";
            if (Keys.Take(place).Any(other => other.Kid == key.Kid))
                throw Unusable($"{at}.kid", "Every key has a kid of its own.", "每个密钥的 kid 不得重复。");
            if (key.KeyOps is { } operations && operations.Any(operation => operation != "verify"))
                throw Unusable($"{at}.key_ops", "A public key only verifies.", "公钥仅用于验签。");
            if (!IsUsable(key)) throw Unusable(at, "It is no public key of P-256, or of RSA with 2048 to 4096 bits.", "不是 P-256 公钥或 2048 至 4096 位 RSA 公钥。");
        }
        return JsonSerializer.Serialize(new { keys = Keys.Select(Stored) }, Json.Options);
    }

    /// <summary>Whether some stored keys lack one that other stored ones have.</summary>
    internal static bool Lacks(string stored, string others) => ThumbprintsIn(others).Except(ThumbprintsIn(stored)).Any();

    /// <summary>The names of a client's keys.</summary>
    internal static IReadOnlyList<string>? NamesIn(string? stored)
    {
        if (stored is null) return null;
        using var json = JsonDocument.Parse(stored);
        return [.. json.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }

    private static IEnumerable<string> ThumbprintsIn(string stored) =>
        new JsonWebKeySet(stored).Keys.Select(key => Convert.ToHexString(key.ComputeJwkThumbprint()));

    private static object Stored(PublicKey key) => key.Kty == "EC"
        ? new { key.Kty, key.Kid, Use = "sig", key.Crv, key.X, key.Y }
        : new { key.Kty, key.Kid, Use = "sig", key.N, key.E };

    private static bool IsUsable(PublicKey key)
    {
        try
        {
            return key switch
            {
                { Kty: "EC", Crv: "P-256", X: { } x, Y: { } y, N: null, E: null, Alg: null or "ES256" } => IsPoint(x, y),
                { Kty: "RSA", N: { } n, E: { } e, Crv: null, X: null, Y: null, Alg: null or "RS256" or "PS256" } => IsModulus(n, e),
                _ => false,
            };
        }
        catch (Exception fault) when (fault is FormatException or CryptographicException)
        {
            return false;
        }
    }

    // The import looks whether the point lies on the curve.
    private static bool IsPoint(string x, string y)
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) },
        });
        return key.KeySize == 256;
    }

    private static bool IsModulus(string n, string e)
    {
        using var key = RSA.Create(new RSAParameters { Modulus = Base64Url.DecodeFromChars(n), Exponent = Base64Url.DecodeFromChars(e) });
        var parameters = key.ExportParameters(includePrivateParameters: false);
        var exponent = parameters.Exponent!.Aggregate(0L, (sum, octet) => (sum << 8) | octet);
        return key.KeySize is >= 2048 and <= 4096 && parameters.Modulus![0] != 0 && (parameters.Modulus[^1] & 1) == 1 && exponent is >= 65537 && (exponent & 1) == 1;
    }

    private static RuleBroken Unusable(string field, string en, string zh) => new(ClientRules.KeysInvalid, field, en, zh);
}

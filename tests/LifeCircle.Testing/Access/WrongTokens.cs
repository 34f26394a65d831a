using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.Testing;

/// <summary>What a request without the right token carries, and what it must be told.</summary>
/// <param name="Kind">In the table, e.g. <c>expired</c>.</param>
/// <param name="Authorization">The header; null for none.</param>
/// <param name="Status">401 or 403.</param>
/// <param name="Challenge">How WWW-Authenticate must begin (RFC 6750 section 3); empty where the standard asks for none.</param>
internal sealed record WrongToken(string Kind, string? Authorization, int Status, string Challenge)
{
    public string Code => Status == 401 ? "request.unauthenticated" : "request.forbidden";
}

/// <summary>Every kind of token that must open nothing.</summary>
internal sealed class WrongTokens(TestTokens tokens) : IDisposable
{
    private const string Invalid = "Bearer error=\"invalid_token\"";

    private readonly ECDsa _foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Those that are no tokens of the district, whatever scopes they name.</summary>
    public IEnumerable<WrongToken> Unauthenticated(string scope)
    {
        var right = new TestToken { Scopes = [scope] };
        var payload = tokens.Create(right).Split('.')[1];
        yield return new("none", null, 401, "Bearer");
        yield return new("not Bearer", "Basic dGVzdDp0ZXN0", 401, "Bearer");
        yield return Refused("garbage", "garbage");
        yield return Refused("garbage", "e30.e30.e30");
        yield return Refused("expired", right with { Lifetime = TimeSpan.FromMinutes(-2) });
        yield return Refused("not yet valid", right with { ValidFrom = TimeSpan.FromMinutes(2) });
        yield return Refused("wrong issuer", right with { Issuer = "http://elsewhere.test" });
        yield return Refused("wrong audience", right with { Audience = "elsewhere" });
        yield return Refused("wrong type", right with { Type = "JWT" });
        yield return Refused("alg none", $"{Encode("""{"alg":"none","typ":"at+jwt"}""")}.{payload}.");
        yield return Refused("alg none", $"{Encode("""{"alg":"none","typ":"at+jwt","kid":"test"}""")}.{payload}.");
        foreach (var secret in PublicKeyAsSecrets())
        {
            var key = new SymmetricSecurityKey(secret) { KeyId = tokens.Key.KeyId };
            yield return Refused("HS256", right with { SignedWith = new(key, SecurityAlgorithms.HmacSha256) });
        }
        yield return Refused("foreign key", right with { SignedWith = Foreign("foreign") });
        yield return Refused("foreign key", right with { SignedWith = Foreign(tokens.Key.KeyId) });
    }

    /// <summary>Those of the district that do not allow it.</summary>
    /// <param name="scope">What is needed.</param>
    /// <param name="all">All scopes of the house.</param>
    public IEnumerable<WrongToken> Forbidden(string scope, IEnumerable<string> all)
    {
        var resource = scope.Split('.')[0];
        yield return Lacking("no scope");
        yield return Lacking("other scopes", [.. all.Where(other => other != scope)]);
        yield return Lacking("almost the scope", resource, $"{scope}s", scope.ToUpperInvariant(), $"{resource}.*", $"x.{scope}", $"{scope}.x");
        foreach (var division in (string[])["", "4", "41060", "41060300x", "410603001001001", " 410603", "410603%"])
            yield return new("malformed division", Bearer(new TestToken { Scopes = [scope], Division = division }), 403, "");

        WrongToken Lacking(string kind, params string[] scopes) =>
            new(kind, Bearer(new TestToken { Scopes = scopes }), 403, $"Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
    }

    public string Bearer(TestToken token) => $"Bearer {tokens.Create(token)}";

    public void Dispose() => _foreign.Dispose();

    private WrongToken Refused(string kind, TestToken token) => Refused(kind, tokens.Create(token));

    private static WrongToken Refused(string kind, string token) => new(kind, $"Bearer {token}", 401, Invalid);

    private SigningCredentials Foreign(string keyId) => new(new ECDsaSecurityKey(_foreign) { KeyId = keyId }, SecurityAlgorithms.EcdsaSha256);

    // The shapes in which a library could hand the public key to a check that takes it for a secret.
    private IEnumerable<byte[]> PublicKeyAsSecrets()
    {
        var key = tokens.Key.ECDsa;
        yield return key.ExportSubjectPublicKeyInfo();
        yield return Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem());
        yield return key.ExportParameters(false).Q.X!;
    }

    private static string Encode(string json) => Base64UrlEncoder.Encode(json);
}

using System.Net;
using System.Security.Cryptography;
using System.Text;
using LifeCircle.ServiceDefaults.Tests.Orders;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.ServiceDefaults.Tests.Security;

[Collection<SharedOrders>]
public sealed class AuthenticationTests(OrdersApp app) : IDisposable
{
    private const string Orders = "/orders/v1/orders";

    private static readonly string[] Scopes = ["orders.read"];

    private readonly HttpClient _nobody = app.Client((TestToken?)null);

    private TestTokens Tokens => app.Servers.Tokens;

    private string Good => Tokens.Create(new TestToken { Scopes = Scopes });

    [Fact]
    public async Task A_token_of_the_district_opens_its_scopes()
    {
        Assert.Equal(HttpStatusCode.OK, (await AskAsync($"Bearer {Good}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync($"bearer {Good}")).Status);
    }

    [Fact]
    public async Task Without_a_token_one_is_asked_for()
    {
        var answer = await _nobody.ReadAsync(Orders);
        Assert.Equal((HttpStatusCode.Unauthorized, "request.unauthenticated", "Bearer"), (answer.Status, answer.Code, answer.Header("WWW-Authenticate")));
    }

    [Fact]
    public Task A_token_without_a_signature_is_refused() => AssertRefusedAsync(
        Unsigned("""{"alg":"none","typ":"at+jwt"}"""), Unsigned("""{"alg":"None","typ":"at+jwt","kid":"test"}"""), Good[..(Good.LastIndexOf('.') + 1)]);

    [Fact]
    public Task The_public_key_is_no_secret_to_sign_with()
    {
        var key = Tokens.Key.ECDsa;
        var point = key.ExportParameters(false).Q;
        byte[][] secrets =
        [
            Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()), key.ExportSubjectPublicKeyInfo(), [.. point.X!, .. point.Y!], point.X!,
        ];
        return AssertRefusedAsync([.. secrets.Select(secret => Tokens.Create(new TestToken
        {
            Scopes = Scopes,
            SignedWith = new SigningCredentials(new SymmetricSecurityKey(secret) { KeyId = "test" }, SecurityAlgorithms.HmacSha256),
        }))]);
    }

    [Fact]
    public async Task Keys_of_others_are_not_trusted_whatever_they_are_called()
    {
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(ECDsa.Create(foreign.ExportParameters(false))));
        await AssertRefusedAsync(
            Signed(foreign, "test"), Signed(foreign, "another"), Signed(foreign, null),
            Signed(foreign, "test", new() { ["jwk"] = new Dictionary<string, object> { ["kty"] = jwk.Kty, ["crv"] = jwk.Crv, ["x"] = jwk.X, ["y"] = jwk.Y } }),
            Signed(foreign, "another", new() { ["jku"] = "http://127.0.0.1:1/keys" }),
            Tokens.Create(new TestToken
            {
                Scopes = Scopes,
                SignedWith = new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = "test" }, SecurityAlgorithms.RsaSha256),
            }));
    }

    [Fact]
    public Task The_right_key_counts_only_under_its_name_and_with_a_listed_algorithm() => AssertRefusedAsync(
        Signed(Tokens.Key.ECDsa, "another"), Signed(Tokens.Key.ECDsa, null), Tokens.Create(new TestToken
        {
            Scopes = Scopes,
            SignedWith = new SigningCredentials(Tokens.Key, SecurityAlgorithms.EcdsaSha256Signature),
        }));

    [Theory]
    [InlineData("JWT")] // an ID token is none to act with
    [InlineData("")]
    [InlineData("logout+jwt")]
    public Task A_token_of_another_type_is_refused(string type) => AssertRefusedAsync(new TestToken { Scopes = Scopes, Type = type });

    [Fact]
    public Task A_token_is_good_between_its_beginning_and_its_end_only() => AssertRefusedAsync(
        new TestToken { Scopes = Scopes, Lifetime = TimeSpan.FromMinutes(-1) },
        new TestToken { Scopes = Scopes, ValidFrom = TimeSpan.FromMinutes(1) });

    [Fact]
    public Task A_token_without_an_end_is_refused()
    {
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = TestTokens.Issuer,
            Audience = Authentication.Audience,
            TokenType = "at+jwt",
            Claims = new Dictionary<string, object> { ["client_id"] = "x", ["scope"] = "orders.read" },
            SigningCredentials = new SigningCredentials(Tokens.Key, SecurityAlgorithms.EcdsaSha256),
        });
        return AssertRefusedAsync(token);
    }

    [Fact]
    public Task A_token_for_others_or_of_others_is_refused() => AssertRefusedAsync(
        new TestToken { Scopes = Scopes, Audience = "another-house" },
        new TestToken { Scopes = Scopes, Issuer = "http://another.test" },
        new TestToken { Scopes = Scopes, Issuer = TestTokens.Issuer + "/" });

    [Fact]
    public Task A_token_that_was_changed_is_refused()
    {
        var parts = Good.Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]).Replace("orders.read", "orders.read orders.write", StringComparison.Ordinal);
        return AssertRefusedAsync($"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}", Good + "A", Good[..^4] + "AAAA");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("....")]
    [InlineData("e30.e30.e30")]
    [InlineData("bnVsbA.bnVsbA.bnVsbA")]
    [InlineData("W10.W10.")]
    [InlineData("eyJhbGciOjF9.e30.e30")] // {"alg":1}
    [InlineData("eyJraWQiOnt9fQ.e30.e30")] // {"kid":{}}
    [InlineData("ey!.e!.e!")]
    [InlineData("e30.e30.e30.e30.e30")] // encrypted
    public Task Garbage_is_refused(string token) => AssertRefusedAsync(token);

    [Fact]
    public Task Random_garbage_is_refused()
    {
        var random = new Random(1);
        return AssertRefusedAsync([.. Enumerable.Range(0, 200).Select(_ => string.Join('.', Enumerable.Range(0, random.Next(1, 6)).Select(_ => Noise(random))))]);

        static string Noise(Random random)
        {
            var bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
            return Base64UrlEncoder.Encode(random.Next(2) == 0 ? bytes : Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":{{bytes[0]}},"typ":"at+jwt"}"""));
        }
    }

    [Fact]
    public async Task What_is_no_bearer_token_counts_as_none()
    {
        foreach (var header in (string[])["Basic dXNlcjpwYXNzd29yZA==", "Bearer", "Bearer ", Good, ", Bearer x"])
        {
            var answer = await AskAsync(header);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
            Assert.StartsWith("Bearer", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_two_Authorization_headers_none_counts()
    {
        var answer = await _nobody.ReadAsync(Orders, ("Authorization", $"Bearer {Good}"), ("Authorization", $"Bearer {Good}"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    [Theory]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/orders/v1/orders/not-an-id", HttpStatusCode.NotFound)]
    [InlineData("DELETE", Orders, HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/health/live", HttpStatusCode.OK)]
    [InlineData("GET", "/orders/openapi/v1.json", HttpStatusCode.OK)]
    public async Task What_is_not_behind_a_scope_answers_the_same_with_and_without_a_token(string method, string path, HttpStatusCode status)
    {
        foreach (var headers in ((string, string)[][])[[], [("Authorization", $"Bearer {Good}")], [("Authorization", "Bearer nonsense")]])
            Assert.Equal(status, (await _nobody.AskAsync(new HttpMethod(method), path, null, headers)).Status);
    }

    public void Dispose() => _nobody.Dispose();

    private Task<Answer> AskAsync(string authorization) => _nobody.ReadAsync(Orders, ("Authorization", authorization));

    private Task AssertRefusedAsync(params TestToken[] tokens) => AssertRefusedAsync([.. tokens.Select(Tokens.Create)]);

    private async Task AssertRefusedAsync(params string[] tokens)
    {
        foreach (var token in tokens)
        {
            var answer = await AskAsync($"Bearer {token}");
            Assert.Equal((HttpStatusCode.Unauthorized, "request.unauthenticated"), (answer.Status, answer.Code));
            Assert.StartsWith("Bearer error=\"invalid_token\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
            Assert.DoesNotContain("IDX", answer.Header("WWW-Authenticate")! + answer.Text, StringComparison.Ordinal);
        }
    }

    private string Unsigned(string header) => $"{Base64UrlEncoder.Encode(header)}.{Good.Split('.')[1]}.";

    private static string Signed(ECDsa key, string? keyId, Dictionary<string, object>? header = null) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = TestTokens.Issuer,
        Audience = Authentication.Audience,
        TokenType = "at+jwt",
        Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5),
        Claims = new Dictionary<string, object> { ["client_id"] = "x", ["scope"] = "orders.read" },
        AdditionalHeaderClaims = header ?? [],
        SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = keyId }, SecurityAlgorithms.EcdsaSha256),
    });
}

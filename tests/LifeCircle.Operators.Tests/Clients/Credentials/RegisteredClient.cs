using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LifeCircle.Operators.Tests.Vetting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.Operators.Tests.Clients.Credentials;

/// <summary>A client of an operator as its owner handles it.</summary>
internal sealed record RegisteredClient(Applicant Owner, Guid Id, string ClientId, string? Secret)
{
    /// <summary>The district's office that hands out credentials, and may itself do what the systems in these tests may.</summary>
    public static readonly TestToken Office = new()
    {
        ClientId = "office",
        Scopes = ["credentials.manage", "facilities.read", "facilities.write", "operators.review", "jobs.post", "webhooks.manage"],
    };

    private OperatorsApp App => Owner.App;

    public string Path => $"{Owner.Path}/clients/{Id}";

    public static string Request(params (string Member, JsonNode? Value)[] with)
    {
        var request = new JsonObject { ["name"] = "till", ["environment"] = "production" };
        foreach (var (member, value) in with) request[member] = value;
        return request.ToJsonString();
    }

    public static async Task<Answer> AskForAsync(Applicant owner, string request, TestToken? by = null, string? idempotencyKey = null)
    {
        using var client = owner.App.Client(by ?? Office);
        return await client.PostJsonAsync($"{owner.Path}/clients", request, [.. idempotencyKey is null ? [] : new[] { ("Idempotency-Key", idempotencyKey) }]);
    }

    /// <summary>One that must come about.</summary>
    public static async Task<RegisteredClient> RegisterAsync(Applicant owner, params (string Member, JsonNode? Value)[] with)
    {
        var answer = await AskForAsync(owner, Request(with));
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        var client = answer.Json.GetProperty("client");
        return new(owner, client.GetProperty("id").GetGuid(), client.GetProperty("client_id").GetString()!, answer["secret"]);
    }

    public static Task<RegisteredClient> RegisterAsync(Applicant owner, ECDsa key) => RegisterAsync(owner,
        ("authentication_method", "private_key_jwt"), ("keys", new JsonArray(JsonNode.Parse(PublicJwk("one", key)))));

    /// <summary>Does something with the client under its path.</summary>
    public async Task<Answer> DoAsync(HttpMethod method, string under = "", string? json = null, TestToken? by = null, string ifMatch = "*")
    {
        using var client = App.Client(by ?? Office);
        return await client.AskAsync(method, Path + under, json is null ? null : new StringContent(json, null, "application/json"), ("If-Match", ifMatch));
    }

    public async Task<RegisteredClient> RotatedAsync(int? overlapHours = null)
    {
        var answer = await DoAsync(HttpMethod.Post, "/rotate-secret", overlapHours is null ? "{}" : $$"""{"overlap_hours": {{overlapHours}}}""");
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        return this with { Secret = answer["secret"] };
    }

    /// <summary>Asks for a token.</summary>
    public Task<HttpResponseMessage> AskAsync(string? scope = null, Uri? at = null) =>
        App.PostAsync("/oauth/token", ClientId, Secret!, null, at, ("grant_type", "client_credentials"), ("scope", scope));

    /// <summary>Status and, if it is refused, the error.</summary>
    public async Task<string> OutcomeAsync(string? scope = null)
    {
        using var answer = await AskAsync(scope);
        return (int)answer.StatusCode == 200 ? "200" : $"{(int)answer.StatusCode} {(await OperatorsApp.JsonOf(answer)).GetProperty("error").GetString()}";
    }

    /// <summary>A token that must be given.</summary>
    public async Task<string> TokenAsync(string? scope = null)
    {
        using var answer = await AskAsync(scope);
        Assert.Equal(200, (int)answer.StatusCode);
        return (await OperatorsApp.JsonOf(answer)).GetProperty("access_token").GetString()!;
    }

    public async Task<JsonElement> PayloadAsync(string? scope = null) => OperatorsApp.Read(await TokenAsync(scope)).Payload;

    public async Task<bool> IsActiveAsync(string token)
    {
        using var answer = await App.PostAsync("/oauth/introspect", ClientId, Secret!, null, null, ("token", token));
        Assert.Equal(200, (int)answer.StatusCode);
        return (await OperatorsApp.JsonOf(answer)).GetProperty("active").GetBoolean();
    }

    /// <summary>A public key, a new one unless given.</summary>
    public static string PublicJwk(string kid, ECDsa? key = null)
    {
        using var fresh = key is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        var point = (key ?? fresh)!.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["kid"] = kid,
            ["use"] = "sig",
            ["alg"] = "ES256",
            ["crv"] = "P-256",
            ["x"] = Base64UrlEncoder.Encode(point.X),
            ["y"] = Base64UrlEncoder.Encode(point.Y),
        }.ToJsonString();
    }

    /// <summary>A good assertion, with claims in the place of its own; null takes one out.</summary>
    public string AssertionBy(ECDsa key, string? type = null, params (string Claim, object? Value)[] with)
    {
        var now = App.Clock.Now.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = ClientId,
            ["sub"] = ClientId,
            ["aud"] = TestTokens.Issuer,
            ["jti"] = Guid.CreateVersion7().ToString(),
            ["iat"] = now,
            ["exp"] = now + 60,
        };
        foreach (var (claim, value) in with)
            if (value is null) claims.Remove(claim);
            else claims[claim] = value;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            TokenType = type,
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = "one" }, SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <summary>Asks for a token with an assertion. Returns the status and, if it is refused, the error.</summary>
    public async Task<string> OutcomeOfAsync(string assertion, Uri? at = null)
    {
        using var http = App.Client(token: null, at);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = assertion,
        });
        using var answer = await http.PostAsync(new Uri("/oauth/token", UriKind.Relative), form, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode == 200 ? "200" : $"{(int)answer.StatusCode} {(await OperatorsApp.JsonOf(answer)).GetProperty("error").GetString()}";
    }
}

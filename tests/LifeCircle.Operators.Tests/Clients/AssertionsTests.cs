using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Clients.Credentials;
using LifeCircle.Operators.Tests.Vetting;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.Operators.Tests.Clients;

/// <summary>Clients that sign with a private key.</summary>
public sealed class AssertionsTests(OperatorsApp app) : IClassFixture<OperatorsApp>, IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task An_assertion_gives_a_token_once()
    {
        var client = await RegisterAsync();
        var assertion = client.AssertionBy(_key);

        Assert.Null(client.Secret);
        Assert.Equal("200", await client.OutcomeOfAsync(assertion));
        Assert.Equal("401 invalid_client", await client.OutcomeOfAsync(assertion));
        Assert.Equal("200", await client.OutcomeOfAsync(client.AssertionBy(_key)));
    }

    [Fact]
    public async Task An_assertion_that_one_replica_has_taken_is_refused_by_another()
    {
        var client = await RegisterAsync();
        var assertion = client.AssertionBy(_key);

        Assert.Equal("200", await client.OutcomeOfAsync(assertion));
        Assert.Equal("401 invalid_client", await client.OutcomeOfAsync(assertion, await app.StartReplicaAsync()));
    }

    [Theory]
    [InlineData(310)] // by a clock that is ahead it has ended, and still counts
    [InlineData(340)]
    [InlineData(400)]
    public async Task A_used_assertion_stays_used_until_it_has_ended_for_everybody(int seconds)
    {
        var client = await RegisterAsync();
        var assertion = client.AssertionBy(_key, with: ("exp", app.Clock.Now.ToUnixTimeSeconds() + 300));
        Assert.Equal("200", await client.OutcomeOfAsync(assertion));

        app.Clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal("401 invalid_client", await client.OutcomeOfAsync(assertion));
    }

    [Fact]
    public async Task What_has_ended_is_forgotten()
    {
        var client = await RegisterAsync();
        Assert.Equal("200", await client.OutcomeOfAsync(client.AssertionBy(_key)));

        app.Clock.Advance(TimeSpan.FromMinutes(10));

        await Eventually.IsAsync(0L, () => app.Database.CountAsync("used_assertion"));
    }

    [Theory]
    [InlineData("http://lifecircle.test/", true)]
    [InlineData("http://lifecircle.test/oauth/token", false)]
    [InlineData("http://lifecircle.test/oauth/revoke", false)]
    [InlineData("http://elsewhere.test", false)]
    [InlineData("https://lifecircle.test/", false)]
    [InlineData("http://elsewhere.test/oauth/token", false)]
    public async Task An_assertion_is_for_this_token_service(string audience, bool isGood)
    {
        var client = await RegisterAsync();
        var outcome = await client.OutcomeOfAsync(client.AssertionBy(_key, with: ("aud", audience)));
        Assert.Equal(isGood, outcome == "200");
    }

    [Theory]
    [InlineData("client-authentication+jwt", true)]
    [InlineData("JWT", true)]
    [InlineData("at+jwt", false)]
    public async Task An_assertion_is_no_other_kind_of_token(string type, bool isGood)
    {
        var client = await RegisterAsync();
        Assert.Equal(isGood, await client.OutcomeOfAsync(client.AssertionBy(_key, type)) == "200");
    }

    [Fact]
    public async Task An_assertion_that_others_could_use_too_is_refused()
    {
        var client = await RegisterAsync();
        string[] both = [TestTokens.Issuer, "http://elsewhere.test"];
        Assert.Equal("401 invalid_client", await client.OutcomeOfAsync(client.AssertionBy(_key, with: ("aud", both))));
    }

    [Theory]
    [InlineData("exp", 400)] // seconds from now
    [InlineData("exp", -60)]
    [InlineData("exp", null)]
    [InlineData("jti", null)]
    [InlineData("jti", "")]
    [InlineData("aud", null)]
    [InlineData("sub", null)]
    [InlineData("sub", "another")]
    [InlineData("iss", null)]
    [InlineData("iss", "nobody")]
    public async Task An_assertion_with_a_claim_that_is_wrong_is_refused(string claim, object? value)
    {
        var client = await RegisterAsync();
        var outcome = await client.OutcomeOfAsync(client.AssertionBy(_key, with: (claim, value is int seconds ? app.Clock.Now.ToUnixTimeSeconds() + seconds : value)));
        Assert.Matches("^4\\d\\d invalid_", outcome);
    }

    [Fact]
    public async Task Another_key_proves_nothing()
    {
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var client = await RegisterAsync();
        var withSecret = await RegisteredClient.RegisterAsync(await Applicant.InAsync(app, OperatorState.Active));

        Assert.Equal("401 invalid_client", await client.OutcomeOfAsync(client.AssertionBy(foreign)));
        Assert.Equal("401 invalid_client", await withSecret.OutcomeOfAsync(withSecret.AssertionBy(_key)));
    }

    [Fact]
    public async Task Neither_an_unsigned_assertion_nor_one_signed_with_the_public_key_proves_anything()
    {
        var client = await RegisterAsync();
        var payload = client.AssertionBy(_key).Split('.')[1];
        Assert.Equal("401 invalid_client", await client.OutcomeOfAsync($"{Base64UrlEncoder.Encode("""{"alg":"none"}""")}.{payload}."));

        var header = Base64UrlEncoder.Encode("""{"alg":"HS256","kid":"one"}""");
        var signature = HMACSHA256.HashData(_key.ExportSubjectPublicKeyInfo(), System.Text.Encoding.ASCII.GetBytes($"{header}.{payload}"));
        Assert.Equal("401 invalid_client", await client.OutcomeOfAsync($"{header}.{payload}.{Base64UrlEncoder.Encode(signature)}"));
    }

    [Fact]
    public async Task A_secret_opens_nothing_where_keys_do()
    {
        var client = await RegisterAsync();
        Assert.Equal("401 invalid_client", await (client with { Secret = "guess" }).OutcomeAsync());
    }

    [Fact]
    public async Task Keys_are_changed_over_one_beside_the_other()
    {
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var client = await RegisterAsync();
        var (one, two) = (RegisteredClient.PublicJwk("one", _key), RegisteredClient.PublicJwk("two", next));

        Assert.Equal(HttpStatusCode.PreconditionFailed, (await client.DoAsync(HttpMethod.Put, "/keys", $$"""{"keys": [{{two}}]}""", ifMatch: "\"7\"")).Status);
        var both = await client.DoAsync(HttpMethod.Put, "/keys", $$"""{"keys": [{{one}}, {{two}}]}""", ifMatch: "\"1\"");
        Assert.Equal((HttpStatusCode.OK, "[\"one\",\"two\"]"), (both.Status, both["key_ids"]));
        Assert.Equal("200", await client.OutcomeOfAsync(client.AssertionBy(_key)));

        Assert.Equal(0L, await EpochAsync());

        await client.DoAsync(HttpMethod.Put, "/keys", $$"""{"keys": [{{two}}]}""");
        Assert.Equal("401 invalid_client", await client.OutcomeOfAsync(client.AssertionBy(_key)));
        Assert.Equal(1L, await EpochAsync()); // what was got with the key that went is taken back

        Task<long> EpochAsync() => app.Database.QueryAsync<long>($"SELECT epoch FROM client WHERE id = '{client.Id}'");
    }

    [Theory]
    [InlineData("d", "c2VjcmV0", 400, "keys[0].d")]
    [InlineData("kty", "oct", 400, "keys[0].kty")]
    [InlineData("crv", "P-384", 400, "keys[0].crv")]
    [InlineData("use", "enc", 400, "keys[0].use")]
    [InlineData("kid", "", 400, "keys[0].kid")]
    [InlineData("alg", "RS256", 422, "keys[0]")]
    [InlineData("kty", "RSA", 422, "keys[0]")]
    [InlineData("x", null, 422, "keys[0]")]
    [InlineData("x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 422, "keys[0]")] // on no curve
    [InlineData("x", "???????????????????????????????????????????", 422, "keys[0]")]
    public async Task A_key_that_is_none_or_not_public_is_refused(string member, string? value, int status, string field)
    {
        var key = JsonNode.Parse(RegisteredClient.PublicJwk("one", _key))!.AsObject();
        if (value is null) key.Remove(member);
        else key[member] = value;
        await AssertRefusedAsync(new JsonArray(key), status, field);
    }

    [Fact]
    public async Task Weak_keys_and_keys_of_one_name_are_refused_and_rsa_of_2048_bits_is_taken()
    {
        using var weak = RSA.Create(1024);
        using var strong = RSA.Create(2048);
        await AssertRefusedAsync(new JsonArray(Jwk(weak)), 422, "keys[0]");
        await AssertRefusedAsync(new JsonArray(Jwk(strong), JsonNode.Parse(RegisteredClient.PublicJwk("rsa"))), 422, "keys[1].kid");
        await RegisteredClient.RegisterAsync(
            await Applicant.InAsync(app, OperatorState.Active), ("authentication_method", "private_key_jwt"), ("keys", new JsonArray(Jwk(strong))));
    }

    public void Dispose() => _key.Dispose();

    private static JsonObject Jwk(RSA key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return new() { ["kty"] = "RSA", ["kid"] = "rsa", ["n"] = Base64UrlEncoder.Encode(parameters.Modulus), ["e"] = Base64UrlEncoder.Encode(parameters.Exponent) };
    }

    private async Task AssertRefusedAsync(JsonArray keys, int status, string field)
    {
        var answer = await RegisteredClient.AskForAsync(await Applicant.InAsync(app, OperatorState.Active),
            RegisteredClient.Request(("authentication_method", "private_key_jwt"), ("keys", keys)));
        Assert.Equal((status, field), ((int)answer.Status, answer.Fields));
    }

    private async Task<RegisteredClient> RegisterAsync() => await RegisteredClient.RegisterAsync(await Applicant.InAsync(app, OperatorState.Active), _key);
}

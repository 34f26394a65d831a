using System.Security.Cryptography;
using System.Text.Json;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Clients.Credentials;
using LifeCircle.Operators.Tests.Vetting;
using Microsoft.IdentityModel.Tokens;

namespace LifeCircle.Operators.Tests.Clients;

/// <summary>Integrators need no code of ours: an OAuth client library from npm finds, uses and gives back what it needs.</summary>
public sealed class StandardClientTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Theory]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_post")]
    [InlineData("private_key_jwt")]
    public async Task Openid_client_gets_looks_at_and_gives_back_a_token(string method)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var owner = await Applicant.InAsync(app, OperatorState.Active);
        var client = method == "private_key_jwt" ? await RegisteredClient.RegisterAsync(owner, key) : await RegisteredClient.RegisterAsync(owner);

        using var answer = JsonDocument.Parse(await RunAsync(client, method, key));

        var (said, standing) = (answer.RootElement, answer.RootElement.TryGetProperty("standing", out var found) ? found : default);
        Assert.True(standing.ValueKind == JsonValueKind.Object, said.GetRawText());
        Assert.Equal(("bearer", 600), (said.GetProperty("type").GetString(), said.GetProperty("expires").GetInt32()));
        Assert.True(standing.GetProperty("active").GetBoolean());
        Assert.Equal((client.ClientId, "facilities.read", $"{owner.Id}"), (standing.GetProperty("client_id").GetString(),
            standing.GetProperty("scope").GetString(), standing.GetProperty("operator_id").GetString()));
        Assert.False(said.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Openid_client_understands_a_refusal()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var client = await RegisteredClient.RegisterAsync(await Applicant.InAsync(app, OperatorState.Active));

        using var answer = JsonDocument.Parse(await RunAsync(client with { Secret = "wrong" }, "client_secret_post", key));

        Assert.Equal((401, "OAUTH_WWW_AUTHENTICATE_CHALLENGE"), (answer.RootElement.GetProperty("status").GetInt32(), answer.RootElement.GetProperty("error").GetString()));
    }

    private Task<string> RunAsync(RegisteredClient client, string method, ECDsa key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: true);
        return NodePackages.RunAsync("oauth.mjs", JsonSerializer.Serialize(new
        {
            address = app.Address.GetLeftPart(UriPartial.Authority),
            issuer = TestTokens.Issuer,
            now = app.Clock.Now.ToUnixTimeSeconds(),
            clientId = client.ClientId,
            secret = client.Secret,
            method,
            scope = "facilities.read",
            key = new
            {
                kty = "EC",
                crv = "P-256",
                kid = "one",
                x = Base64UrlEncoder.Encode(parameters.Q.X),
                y = Base64UrlEncoder.Encode(parameters.Q.Y),
                d = Base64UrlEncoder.Encode(parameters.D),
            },
        }));
    }
}

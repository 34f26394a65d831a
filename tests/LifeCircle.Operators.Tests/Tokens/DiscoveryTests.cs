using System.Text.Json;

namespace LifeCircle.Operators.Tests.Tokens;

public sealed class DiscoveryTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task Metadata_names_the_public_address_and_what_this_server_can_do()
    {
        var metadata = await app.GetAsync("/.well-known/oauth-authorization-server");

        Assert.Equal("""
            {
              "grant_types_supported": ["client_credentials"],
              "introspection_endpoint": "http://lifecircle.test/oauth/introspect",
              "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
              "issuer": "http://lifecircle.test",
              "jwks_uri": "http://lifecircle.test/.well-known/jwks.json",
              "response_types_supported": [],
              "revocation_endpoint": "http://lifecircle.test/oauth/revoke",
              "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
              "scopes_supported": ["bookings.gate", "bookings.read", "bookings.reveal", "bookings.write", "care.fulfil", "credentials.manage", "facilities.import", "facilities.read", "facilities.write", "jobs.post", "jobs.train", "offerings.read", "offerings.write", "operators.read", "operators.reveal", "operators.review", "operators.write", "venues.manage", "venues.read", "webhooks.manage"],
              "token_endpoint": "http://lifecircle.test/oauth/token",
              "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"]
            }
            """, Sorted(metadata));
    }

    [Fact]
    public async Task Published_keys_are_public_and_for_signatures_only()
    {
        var key = Assert.Single((await app.GetAsync("/.well-known/jwks.json")).GetProperty("keys").EnumerateArray());

        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(("EC", "P-256", "ES256", "sig"), (Text("kty"), Text("crv"), Text("alg"), Text("use")));

        string? Text(string member) => key.GetProperty(member).GetString();
    }

    [Theory]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/.well-known/oauth-authorization-server")]
    public async Task Metadata_and_keys_may_be_cached_for_a_minute(string path)
    {
        using var http = app.Client(token: null);

        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("public, max-age=60", answer.Headers.CacheControl!.ToString());
        Assert.Empty(answer.Headers.Pragma);
    }

    [Fact]
    public async Task The_api_document_describes_the_endpoints()
    {
        var paths = (await app.GetAsync("/operators/openapi/v1.json")).GetProperty("paths");

        var issue = paths.GetProperty("/oauth/token").GetProperty("post");
        Assert.True(issue.GetProperty("requestBody").GetProperty("content").TryGetProperty("application/x-www-form-urlencoded", out _));
        Assert.True(issue.GetProperty("responses").GetProperty("401").GetProperty("content").TryGetProperty("application/json", out _));
        Assert.True(paths.TryGetProperty("/oauth/introspect", out _));
        Assert.True(paths.TryGetProperty("/oauth/revoke", out _));
    }

    private static string Sorted(JsonElement json)
    {
        var members = json.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member =>
            $"  \"{member.Name}\": " + (member.Value.ValueKind == JsonValueKind.Array
                ? $"[{string.Join(", ", member.Value.EnumerateArray().Select(item => item.GetRawText()).Order(StringComparer.Ordinal))}]"
                : member.Value.GetRawText()));
        return $"{{\n{string.Join(",\n", members)}\n}}";
    }
}

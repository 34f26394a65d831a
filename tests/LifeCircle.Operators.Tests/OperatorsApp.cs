using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LifeCircle.Operators.Places;

namespace LifeCircle.Operators.Tests;

/// <summary>The Operators service with its three demo clients.</summary>
public class OperatorsApp(TestServers servers) : ServiceApp<Program, OperatorsDbContext>(servers, "operators")
{
    public const string Planner = "demo-planner";
    public const string Clerk = "demo-clerk";
    public const string Reader = "demo-reader";
    public const string KeyEncryptionKey = "b25seSBmb3IgdGVzdHM6IDMyIGJ5dGVzIG9mIGtleSE=";

    protected override IEnumerable<KeyValuePair<string, string>> Settings =>
    [
        new("Operators:KeyEncryptionKey", KeyEncryptionKey),
        new("Operators:SandboxAddress", "https://sandbox.lifecircle.test"),
        new("Operators:PaperSweepMinutes", "0"), // the timers alone, but for the sweep's own test
        new(PlaceFeed.Setting, ""), // the events alone, but for the feed's own tests
        .. from client in (string[])[Planner, Clerk, Reader] select new KeyValuePair<string, string>($"Demo:ClientSecrets:{client}", SecretOf(client)),
    ];

    /// <summary>With characters that Basic has to escape.</summary>
    public static string SecretOf(string client) => $"{client}'s secret: 100% + more";

    /// <summary>Asks for a token as RFC 6749 says, the credentials in the header.</summary>
    public Task<HttpResponseMessage> AskAsync(string client, string? scope = null, string? secret = null, string? from = null, Uri? at = null) =>
        PostAsync("/oauth/token", client, secret ?? SecretOf(client), from, at, ("grant_type", "client_credentials"), ("scope", scope));

    /// <summary>A token that must be given.</summary>
    public async Task<string> TokenAsync(string client, string? scope = null, Uri? at = null)
    {
        using var answer = await AskAsync(client, scope, at: at);
        Assert.Equal(200, (int)answer.StatusCode);
        return (await JsonOf(answer)).GetProperty("access_token").GetString()!;
    }

    public async Task<JsonElement> IntrospectAsync(string client, string token, Uri? at = null)
    {
        using var answer = await PostAsync("/oauth/introspect", client, SecretOf(client), null, at, ("token", token));
        Assert.Equal(200, (int)answer.StatusCode);
        return await JsonOf(answer);
    }

    public Task<HttpResponseMessage> RevokeAsync(string client, string token) =>
        PostAsync("/oauth/revoke", client, SecretOf(client), null, null, ("token", token));

    public async Task<HttpResponseMessage> PostAsync(
        string path, string client, string secret, string? from, Uri? at, params (string Name, string? Value)[] form)
    {
        using var http = Client(token: null, at);
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(form.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        request.Headers.Authorization = Basic(client, secret);
        if (from is not null) request.Headers.Add("X-Forwarded-For", from);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<JsonElement> GetAsync(string path, Uri? at = null)
    {
        using var http = Client(token: null, at);
        using var json = JsonDocument.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken));
        return json.RootElement.Clone();
    }

    /// <summary>The ids of the published keys.</summary>
    public async Task<string[]> KeyIdsAsync(Uri? at = null) =>
        [.. (await GetAsync("/.well-known/jwks.json", at)).GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];

    public static async Task<JsonElement> JsonOf(HttpResponseMessage answer)
    {
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return json.RootElement.Clone();
    }

    /// <summary>Both parts form-encoded first, as RFC 6749 section 2.3.1 wants it.</summary>
    public static AuthenticationHeaderValue Basic(string client, string secret) => new("Basic",
        Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(client)}:{Uri.EscapeDataString(secret)}")));

    /// <summary>Header and payload of a JWT, unverified.</summary>
    public static (JsonElement Header, JsonElement Payload) Read(string token)
    {
        var parts = token.Split('.');
        return (Part(parts[0]), Part(parts[1]));

        static JsonElement Part(string text) => JsonElement.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(text));
    }
}

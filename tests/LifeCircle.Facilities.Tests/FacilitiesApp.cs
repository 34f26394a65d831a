using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Tests;

/// <summary>The Facilities service with its database and virtual host, shared by the tests of a class.</summary>
public class FacilitiesApp(TestServers servers) : ServiceApp<Program, FacilitiesDbContext>(servers, "facilities")
{
    public const string Csv = "text/csv";
    public const string GeoJson = "application/geo+json";
    public const string Ndjson = "application/x-ndjson";

    /// <summary>Sends a file in.</summary>
    public async Task<HttpResponseMessage> PostAsync(
        string query, string mediaType, HttpContent content, TestToken? token = null, string? key = null)
    {
        using var client = Client(token ?? new TestToken { Scopes = ["facilities.import"] });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/facilities/v1/imports?{query}") { Content = content };
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        if (key is not null) request.Headers.Add(Idempotency.Header, key);
        return await client.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostAsync(string query, string mediaType, string content, TestToken? token = null, string? key = null) =>
        PostAsync(query, mediaType, new ByteArrayContent(Encoding.UTF8.GetBytes(content)), token, key);

    /// <summary>Sends a file in and waits for its end.</summary>
    public async Task<JsonElement> ImportAsync(string query, string mediaType, string content, TestToken? token = null)
    {
        using var response = await PostAsync(query, mediaType, content, token);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return await EndOfAsync(response);
    }

    /// <summary>The same; it must end well.</summary>
    public async Task<JsonElement> MustImportAsync(string query, string mediaType, string content, TestToken? token = null)
    {
        var import = await ImportAsync(query, mediaType, content, token);
        Assert.True(import.GetProperty("state").GetString() == "done", $"{import} {string.Join(' ', await ErrorsAsync(import))}");
        return import;
    }

    /// <summary>The first bad rows of an import, as JSON.</summary>
    public async Task<IReadOnlyList<JsonElement>> ErrorsAsync(JsonElement import) =>
        [.. (await GetAsync($"/facilities/v1/imports/{import.GetProperty("id").GetString()}/errors?limit=200", "facilities.import")).GetProperty("items").EnumerateArray()];

    /// <summary>The import's document once it has ended.</summary>
    public async Task<JsonElement> EndOfAsync(HttpResponseMessage accepted)
    {
        JsonElement document = default;
        await Eventually.IsTrueAsync(async () =>
        {
            document = await GetAsync(accepted.Headers.Location!.ToString(), "facilities.import");
            return document.TryGetProperty("finished_at", out _);
        }, "the import ends", 60);
        return document;
    }

    public async Task<JsonElement> GetAsync(string address, string scope = "facilities.read")
    {
        using var client = Client(scope);
        using var response = await client.GetAsync(new Uri(address, UriKind.Relative));
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await JsonOf(response);
    }

    public static async Task<JsonElement> JsonOf(HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
}

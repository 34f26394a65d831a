using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace LifeCircle.Testing;

/// <summary>An answer that has been read to its end.</summary>
public sealed record Answer(HttpStatusCode Status, HttpResponseMessage Message, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Code => this["code"];

    /// <summary>A member of the body.</summary>
    public string? this[string member] => Json.TryGetProperty(member, out var value) ? value.ToString() : null;

    /// <summary>The fields at fault, in the order of the alphabet.</summary>
    public string Fields => Json.TryGetProperty("errors", out var errors)
        ? string.Join(' ', errors.EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal)) : "";

    /// <summary>What is wrong with a field.</summary>
    public string? Error(string field) => Json.GetProperty("errors").GetProperty(field)[0].GetString();

    /// <summary>A header's value, or null.</summary>
    public string? Header(string name) => Message.Headers.TryGetValues(name, out var values) || Message.Content.Headers.TryGetValues(name, out values)
        ? string.Join(", ", values) : null;
}

/// <summary>Requests as a test writes them down.</summary>
public static class Asking
{
    public static Task<Answer> ReadAsync(this HttpClient client, string path, params (string Name, string Value)[] headers) =>
        client.AskAsync(HttpMethod.Get, path, null, headers);

    public static Task<Answer> PostJsonAsync(this HttpClient client, string path, string json, params (string Name, string Value)[] headers) =>
        client.AskAsync(HttpMethod.Post, path, new StringContent(json, null, "application/json"), headers);

    public static Task<Answer> PutJsonAsync(this HttpClient client, string path, string json, params (string Name, string Value)[] headers) =>
        client.AskAsync(HttpMethod.Put, path, new StringContent(json, null, "application/json"), headers);

    public static async Task<Answer> AskAsync(
        this HttpClient client, HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new(response.StatusCode, response, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}

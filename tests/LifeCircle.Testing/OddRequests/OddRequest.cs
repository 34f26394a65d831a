using System.Globalization;
using System.Text;

namespace LifeCircle.Testing;

/// <summary>A request as it goes over the wire.</summary>
/// <param name="Method">Of the operation.</param>
/// <param name="Target">Path and query, escaped or badly escaped.</param>
/// <param name="Headers">Without the token.</param>
/// <param name="Body">Null for none.</param>
/// <param name="MediaType">What the body is said to be; empty for nothing.</param>
/// <param name="Caller">Which of the tokens.</param>
internal sealed record OddRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body, string MediaType, int Caller)
{
    private const int LongestShown = 1500;

    /// <summary>For a server, with a token or none.</summary>
    public HttpRequestMessage To(Uri server, string? authorization)
    {
        // As it is: the ordinary constructor would repair what is wrong with it.
        var address = new Uri($"{server.ToString().TrimEnd('/')}{Target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(Method), address);
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            if (MediaType.Length > 0) request.Content.Headers.TryAddWithoutValidation("Content-Type", MediaType);
        }
        foreach (var (name, value) in Headers)
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content?.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    public override string ToString()
    {
        var text = new StringBuilder($"{Method} {Cut(Target)} (caller {Caller})");
        foreach (var (name, value) in Headers) text.Append(CultureInfo.InvariantCulture, $"\n    {name}: {Cut(value)}");
        if (Body is not null) text.Append(CultureInfo.InvariantCulture, $"\n    Content-Type: {MediaType}\n    {Cut(Encoding.UTF8.GetString(Body))}");
        return text.ToString();
    }

    private static string Cut(string text) => (text.Length <= LongestShown ? text : $"{text[..LongestShown]}... ({text.Length} characters)")
        .Replace("\0", "\\0", StringComparison.Ordinal);
}

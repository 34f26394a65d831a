using System.Text;
using System.Text.Json.Nodes;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Testing;

/// <summary>A request of somebody who may, with something in it that must be refused all the same.</summary>
/// <param name="Kind">In the table.</param>
/// <param name="Spoil">What is done to a good request.</param>
/// <param name="Status">The answer's.</param>
/// <param name="Code">The answer's.</param>
internal sealed record WrongRequest(string Kind, Action<HttpRequestMessage> Spoil, int Status, string Code);

/// <summary>Members that no client may set, bodies that are none, idempotency keys that are none.</summary>
internal static class WrongRequests
{
    private const string Malformed = "request.malformed";

    // What a service may have beside what it asks for: rights, prices, states, ids, versions. Those that a request has are left out.
    private static readonly string[] Coveted =
    [
        "tenant", "tenant_id", "operator_id", "client_id", "division", "division_code", "state", "status", "price", "amount", "role",
        "roles", "scope", "scopes", "is_admin", "id", "version", "created_at", "changed_at", "__proto__", "$type",
    ];

    /// <summary>What the operation must refuse.</summary>
    /// <param name="json">The body of a good request; null if it takes no JSON.</param>
    /// <param name="members">That the body may have.</param>
    /// <param name="isIdempotent">Whether it wants an idempotency key.</param>
    public static IEnumerable<WrongRequest> Of(string? json, IReadOnlySet<string> members, bool isIdempotent)
    {
        if (isIdempotent)
            foreach (var key in (string?[])[null, "", new string('k', 300), "a b", "a\tb"])
                yield return new("idempotency key", request =>
                {
                    request.Headers.Remove(Idempotency.Header);
                    if (key is not null) request.Headers.TryAddWithoutValidation(Idempotency.Header, key);
                }, 400, "idempotency.key_invalid");
        if (json is null) yield break;
        foreach (var member in Coveted.Where(member => !members.Contains(member)))
            yield return Body("member added", With(json, member, "1"));
        foreach (var part in ((JsonObject)JsonNode.Parse(json)!).Where(part => part.Value is JsonObject))
            yield return Body("member added", json.Replace(part.Value!.ToJsonString(),
                With(part.Value.ToJsonString(), "tenant", "1"), StringComparison.Ordinal));
        yield return Body("doubled member", json[..^1] + "," + json[1..]);
        yield return Body("too deep", With(json, "deep", new string('[', 50_000) + new string(']', 50_000)));
        yield return Body("no JSON", "");
        yield return Body("no JSON", json[..^1]);
        yield return Body("no JSON", json + json);
        yield return Body("NUL", "\0" + json);
        if (WithText(json, "a\\u0000b") is { } nul) yield return Body("NUL", nul);
        yield return Bytes("bad UTF-8", [.. Encoding.UTF8.GetBytes(json[..^1]), 0xc3, 0x28, (byte)'}']);
        yield return Bytes("bad UTF-8", Encoding.Unicode.GetBytes(json));
        yield return new("compressed", request => request.Content!.Headers.ContentEncoding.Add("gzip"), 415, "request.unsupported_media_type");
        yield return new("not said to be JSON", request => request.Content!.Headers.ContentType = new("text/plain"), 415,
            "request.unsupported_media_type");
    }

    private static WrongRequest Body(string kind, string json) => Bytes(kind, Encoding.UTF8.GetBytes(json));

    private static WrongRequest Bytes(string kind, byte[] bytes) => new(kind,
        request => request.Content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } }, 400, Malformed);

    private static string With(string json, string member, string value) => $"{json[..^1]}{(json.Length > 2 ? "," : "")}\"{member}\":{value}}}";

    // Null for a body without a text.
    private static string? WithText(string json, string text)
    {
        var body = (JsonObject)JsonNode.Parse(json)!;
        if (body.FirstOrDefault(part => part.Value is JsonValue value && value.TryGetValue<string>(out _)).Key is not { } member) return null;
        body[member] = "TEXT";
        return body.ToJsonString().Replace("TEXT", text, StringComparison.Ordinal);
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LifeCircle.Testing;

/// <summary>An operation of an OpenAPI document, and requests made from what the document says of it.</summary>
internal sealed class ApiOperation(JsonElement document, string path, string method, JsonElement operation)
{
    // A UUIDv7 that nothing has.
    public const string Nobody = "0197f0a0-0000-7000-8000-000000000001";

    public string Path => path;

    public string Method => method;

    public string Name => $"{method} {path}";

    public bool HasId => path.Contains('{', StringComparison.Ordinal);

    /// <summary>The scopes that it asks for, none for everybody; null where the document does not say.</summary>
    public IReadOnlyList<string>? Scopes => operation.TryGetProperty("security", out var security)
        ? [.. from way in security.EnumerateArray() from scheme in way.EnumerateObject() from scope in scheme.Value.EnumerateArray() select scope.GetString()!]
        : null;

    public static IReadOnlyList<ApiOperation> Of(JsonElement document) =>
    [
        .. from item in document.GetProperty("paths").EnumerateObject()
           from operation in item.Value.EnumerateObject()
           where operation.Name is "get" or "put" or "post" or "delete" or "patch" or "head" or "options"
           select new ApiOperation(document, item.Name, operation.Name.ToUpperInvariant(), operation.Value),
    ];

    /// <summary>A request that nothing is wrong with but, perhaps, its token.</summary>
    /// <param name="authorization">Of the caller.</param>
    /// <param name="sample">What the test knows better than the document.</param>
    /// <param name="id">In the place of the path's first parameter.</param>
    public HttpRequestMessage Request(string? authorization, SampleRequest? sample, string? id = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), Address(sample, id));
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        foreach (var (parameter, name) in Parameters("header"))
            if (name == "If-Match") request.Headers.TryAddWithoutValidation(name, "*");
            else if (name == "Idempotency-Key") request.Headers.TryAddWithoutValidation(name, Guid.CreateVersion7().ToString());
            else if (IsRequired(parameter)) request.Headers.TryAddWithoutValidation(name, Text(Value(parameter)));
        request.Content = Content(sample);
        return request;
    }

    /// <summary>A good body, if the operation takes a JSON object.</summary>
    public string? Json(SampleRequest? sample) =>
        Schema() is { } schema && (sample?.Body ?? Value(schema)?.ToJsonString()) is ['{', ..] json ? JsonNode.Parse(json)!.ToJsonString() : null;

    /// <summary>What a body may have.</summary>
    public IReadOnlySet<string> Members() => Schema() is { } schema && Resolve(schema).TryGetProperty("properties", out var properties)
        ? properties.EnumerateObject().Select(property => property.Name).ToHashSet()
        : new HashSet<string>();

    public bool IsIdempotent => Parameters("header").Any(parameter => parameter.Name == "Idempotency-Key");

    private JsonElement? Schema() => operation.TryGetProperty("requestBody", out var body)
        && Resolve(body).GetProperty("content").TryGetProperty("application/json", out var json) ? json.GetProperty("schema") : null;

    private string Address(SampleRequest? sample, string? id)
    {
        var address = path;
        var ids = id?.Split('/') ?? [];
        foreach (var (place, (parameter, name)) in Parameters("path").Index())
            address = address.Replace($"{{{name}}}", Uri.EscapeDataString(ids.ElementAtOrDefault(place) ?? Text(Value(parameter))), StringComparison.Ordinal);
        var query = sample?.Query ?? string.Join('&', Parameters("query").Where(parameter => IsRequired(parameter.Parameter))
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(Text(Value(parameter.Parameter)))}"));
        return query.Length == 0 ? address : $"{address}?{query}";
    }

    private StringContent? Content(SampleRequest? sample)
    {
        if (!operation.TryGetProperty("requestBody", out var body)) return null;
        var content = Resolve(body).GetProperty("content");
        var (type, schema) = content.TryGetProperty("application/json", out var json)
            ? ("application/json", json.GetProperty("schema"))
            : (content.EnumerateObject().First().Name, content.EnumerateObject().First().Value.GetProperty("schema"));
        var text = sample?.Body ?? (type == "application/x-www-form-urlencoded"
            ? string.Join('&', ((JsonObject)Value(schema)!).Select(field => $"{field.Key}={Uri.EscapeDataString(Text(field.Value))}"))
            : Value(schema) is JsonObject or JsonArray ? Value(schema)!.ToJsonString() : Text(Value(schema)));
        return new StringContent(text, Encoding.UTF8) { Headers = { ContentType = new(sample?.MediaType ?? type) } };
    }

    /// <summary>What a body may be: media types with their schemas; none if it takes none.</summary>
    public IReadOnlyList<(string Type, JsonElement Schema)> Content() => operation.TryGetProperty("requestBody", out var body)
        ? [.. Resolve(body).GetProperty("content").EnumerateObject().Select(media => (media.Name, media.Value.GetProperty("schema")))]
        : [];

    public IEnumerable<(JsonElement Parameter, string Name)> Parameters(string place) =>
        from parameter in operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Select(Resolve) : []
        where parameter.GetProperty("in").GetString() == place
        select (parameter, parameter.GetProperty("name").GetString()!);

    public static bool IsRequired(JsonElement parameter) => parameter.TryGetProperty("required", out var required) && required.GetBoolean();

    private static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonValue text when text.TryGetValue<string>(out var plain) => plain,
        _ => value.ToJsonString(),
    };

    /// <summary>The plainest value that a schema allows, as far as it can be told.</summary>
    private JsonNode? Value(JsonElement schema)
    {
        schema = Resolve(schema);
        if (schema.TryGetProperty("schema", out var inner)) return Value(inner);
        if (schema.TryGetProperty("enum", out var words)) return JsonNode.Parse(words[0].GetRawText());
        foreach (var choice in (string[])["oneOf", "anyOf", "allOf"])
            if (schema.TryGetProperty(choice, out var choices))
                return choices.EnumerateArray().Select(Value).FirstOrDefault(value => value is not null);
        return TypeOf(schema) switch
        {
            "object" => new JsonObject(Required(schema).Select(name => KeyValuePair.Create(name, Value(schema.GetProperty("properties").GetProperty(name))))),
            "array" => new JsonArray([.. Enumerable.Range(0, (int)Bound(schema, "minItems", 1)).Select(_ => Value(schema.GetProperty("items")))]),
            "integer" => JsonValue.Create((long)Bound(schema, "minimum", 1)),
            "number" => JsonValue.Create(Bound(schema, "minimum", 1)),
            "boolean" => JsonValue.Create(false),
            "null" => null,
            _ => JsonValue.Create(TextOf(schema)),
        };
    }

    public static string TextOf(JsonElement schema) => (schema.TryGetProperty("format", out var format) ? format.GetString() : null) switch
    {
        "uuid" => Nobody,
        "date" => "2026-03-10",
        "date-time" => "2026-03-10T10:00:00+08:00",
        "uri" => "https://example.org/",
        _ => new string('x', (int)Bound(schema, "minLength", 1)),
    };

    public static double Bound(JsonElement schema, string name, double otherwise) => schema.TryGetProperty(name, out var bound)
        ? bound.ValueKind == JsonValueKind.Number ? bound.GetDouble() : double.Parse(bound.GetString()!, CultureInfo.InvariantCulture)
        : otherwise;

    public static IEnumerable<string> Required(JsonElement schema) =>
        schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(name => name.GetString()!) : [];

    public static string? TypeOf(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? null
        : type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()).FirstOrDefault(one => one != "null")
        : type.GetString();

    public JsonElement Resolve(JsonElement element) => element.TryGetProperty("$ref", out var reference)
        ? Resolve(reference.GetString()!.Split('/').Skip(1).Aggregate(document, (at, member) => at.GetProperty(member.Replace("~1", "/", StringComparison.Ordinal))))
        : element;
}

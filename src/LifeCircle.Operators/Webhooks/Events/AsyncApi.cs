using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Webhooks.Events;

/// <summary>What webhooks say, as an AsyncAPI 3 document made from the catalogue; a test compares it with the committed one.</summary>
internal static class AsyncApi
{
    private static readonly JsonSerializerOptions Indented = new(Json.Options) { WriteIndented = true };

    private static readonly JsonSchemaExporterOptions Schemas = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = Describe,
    };

    /// <summary>The document.</summary>
    public static string Text { get; } = Document().ToJsonString(Indented);

    public static IResult Handle() => TypedResults.Text(Text, "application/json");

    private static JsonObject Document() => new()
    {
        ["asyncapi"] = "3.0.0",
        ["info"] = new JsonObject
        {
            ["title"] = "LifeCircle Webhooks",
            ["version"] = "v1",
            ["description"] = "Events that the district posts to the webhooks of other systems, after Standard Webhooks (standardwebhooks.com). "
                + "A delivery is a POST with one JSON body. Answer with any 2xx within 10 seconds; anything else, redirects included, is tried again for "
                + "three days. 410 ends the webhook. Deliveries may come more than once: webhook-id tells which you have had. Bodies may get further "
                + "members; ignore those that you do not know. They hold ids and codes only: read the rest through the REST API, with your own rights.",
        },
        ["defaultContentType"] = "application/json",
        ["channels"] = new JsonObject
        {
            ["webhook"] = new JsonObject
            {
                ["title"] = "The address of a webhook",
                ["address"] = null, // its owner's own
                ["messages"] = Members(type => Reference($"#/components/messages/{type.Name}")),
            },
        },
        ["operations"] = new JsonObject
        {
            ["deliver"] = new JsonObject
            {
                ["action"] = "send",
                ["title"] = "Posts an event to a webhook",
                ["channel"] = Reference("#/channels/webhook"),
                ["bindings"] = new JsonObject { ["http"] = new JsonObject { ["method"] = "POST", ["bindingVersion"] = "0.3.0" } },
                ["messages"] = new JsonArray([.. EventCatalogue.All.Select(type => Reference($"#/channels/webhook/messages/{type.Name}"))]),
            },
        },
        ["components"] = new JsonObject
        {
            ["messages"] = Members(Message),
            ["schemas"] = new JsonObject([.. EventCatalogue.All.Select(type => type.Data).Distinct()
                .Select(data => KeyValuePair.Create<string, JsonNode?>(data.Name, Json.Options.GetJsonSchemaAsNode(data, Schemas)))]),
            ["messageTraits"] = new JsonObject { ["signed"] = new JsonObject { ["headers"] = Headers() } },
        },
    };

    private static JsonObject Message(EventType type) => new()
    {
        ["name"] = type.Name,
        ["title"] = type.Name,
        ["summary"] = type.Summary,
        ["traits"] = new JsonArray(Reference("#/components/messageTraits/signed")),
        ["payload"] = new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("type", "timestamp", "data"),
            ["properties"] = new JsonObject
            {
                ["type"] = new JsonObject { ["const"] = type.Name },
                ["timestamp"] = new JsonObject { ["type"] = "string", ["format"] = "date-time", ["description"] = "When it took effect." },
                ["data"] = Reference($"#/components/schemas/{type.Data.Name}"),
            },
        },
    };

    private static JsonObject Headers()
    {
        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("webhook-id", "webhook-timestamp", "webhook-signature"),
            ["properties"] = new JsonObject
            {
                ["webhook-id"] = Header("The event's id: the same in every attempt and replay.", "uuid"),
                ["webhook-timestamp"] = Header("Seconds since 1970 at which this attempt was sent. Refuse what is older than five minutes."),
                ["webhook-signature"] = Header("`v1,` and the base64 of HMAC-SHA256 over id.timestamp.body; while a secret is being changed one for "
                    + "each of the two, separated by a space. One that is right is enough."),
                ["traceparent"] = Header("The trace that the event belongs to (W3C Trace Context)."),
            },
        };

        static JsonObject Header(string description, string? format = null)
        {
            var header = new JsonObject { ["type"] = "string", ["description"] = description };
            if (format is not null) header["format"] = format;
            return header;
        }
    }

    private static JsonObject Members(Func<EventType, JsonNode> value) =>
        new([.. EventCatalogue.All.Select(type => KeyValuePair.Create<string, JsonNode?>(type.Name, value(type)))]);

    private static JsonObject Reference(string to) => new() { ["$ref"] = to };

    // What the exporter does not know: the words of the records, our own way with moments, and that answers may grow.
    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is not JsonObject members) return schema is JsonValue ? Described(context, new JsonObject()) : schema;
        members.Remove("additionalProperties");
        return Described(context, members);
    }

    private static JsonObject Described(JsonSchemaExporterContext context, JsonObject schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (type == typeof(DateTimeOffset)) (schema["type"], schema["format"]) = ("string", "date-time");
        var attributes = context.PropertyInfo is { } property ? property.AttributeProvider : type;
        if (attributes?.GetCustomAttributes(typeof(DescriptionAttribute), false) is [DescriptionAttribute description, ..])
            schema["description"] = description.Description;
        // A null is never written: what may be null is left out.
        if (schema["type"] is JsonArray types && types.Count == 2) schema["type"] = types[0]!.GetValue<string>();
        if (schema["required"] is JsonArray required)
            foreach (var optional in context.TypeInfo.Properties.Where(member => Nullable.GetUnderlyingType(member.PropertyType) is not null))
                required.Remove(required.FirstOrDefault(name => name!.GetValue<string>() == optional.Name));
        return schema;
    }
}

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

    // All that a receiver must know which is built without a library.
    private const string Guide = """
        Events that the district posts to the webhooks of other systems, after Standard Webhooks (standardwebhooks.com), whose libraries verify them.

        **Delivery.** A POST with one JSON body. Answer with any 2xx within 10 seconds, and work on it afterwards; anything else, redirects included, is a
        failure. A delivery may come more than once: `webhook-id` tells which you have had. Bodies may get further members; ignore those that you do not
        know. They hold ids and codes only: read the rest through the REST API, with your own rights.

        **Order.** There is none, unless the webhook is `ordered`: then the events of one subject, e.g. a facility, wait for each other. In any case
        `version` in the data grows with every event of the subject: what is lower than what you have had is older.

        **Signature.** The key is what follows `whsec_` in the secret, base64-decoded. Compute HMAC-SHA256 with it over `webhook-id`, a full stop,
        `webhook-timestamp`, a full stop and the body, byte for byte as it came; its base64 must be what follows `v1,` in one of the signatures in
        `webhook-signature`, which are separated by a space. Compare in constant time. Refuse a `webhook-timestamp` that is more than five minutes away from your
        clock.

        **Failure.** What fails is tried again after pauses of 5 seconds, 5 minutes, 30 minutes, 2, 5, 10, 14, 20 and 24 hours, each up to a tenth longer, and
        given up three days after its first attempt. `Retry-After` makes a pause longer, up to a day. A receiver that fails is offered one delivery at a
        time. While events wait that it was never offered, it is tried every half hour, whatever it asked for with `Retry-After`. As soon as it takes something
        again, the others follow within minutes. A ping is tried once.

        **The end.** A webhook whose receiver has taken nothing for three days is disabled, and one that answers 410 at once: what waits for it is given
        up, and events that come later are not kept for it. Enable it, and it gets what happens from then on; replay what was given up, within 30 days;
        and read through the REST API what happened in between. Notice comes as `webhook.disabled.v1`, to other webhooks of the same owner that
        subscribe to it and, for an operator's, to those of the district systems that cover the operator; never to the webhook itself. So have a second one at
        another receiver, or read the webhook's `state` regularly.

        **Rights.** Every message below says which scope it needs beside `webhooks.manage`. An operator hears `operator.*` and `offering.*` of itself
        alone; a system of the district, of all that serve in its division. A webhook lives by the client that made, changed or enabled it last: it hears what
        that may read when the event happens. What was on its way by then still comes, also after a suspension or termination; `operator.terminated.v1` is
        the last that an operator hears. When the client is revoked, another client of the same operator and environment takes the webhook over if it may hear all of
        it; else the webhook is disabled with the cause `client_revoked`, and a client that enables it takes it over.
        """;

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
            ["description"] = Guide,
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
        ["description"] = type is OwnType ? "It comes when it is asked for with pingWebhook, and cannot be subscribed to (422)."
            : type.Scope is { } scope ? $"Needs the scope `{scope}`." : "Needs no further scope.",
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
                ["webhook-timestamp"] = Header("Seconds since 1970 at which this attempt was sent. Refuse what is more than five minutes away from your clock."),
                ["webhook-signature"] = Header("`v1,` and the base64 of HMAC-SHA256 over id.timestamp.body, under the base64-decoded rest of the secret "
                    + "after `whsec_`; while a secret is being changed one for each of the two, separated by a space. One that is right is enough."),
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

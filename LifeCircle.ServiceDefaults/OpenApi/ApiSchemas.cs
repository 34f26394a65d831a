using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace LifeCircle.ServiceDefaults;

/// <summary>What the framework does not see of a type: the words of enums, and the bounds of a record's parameters.</summary>
internal static class ApiSchemas
{
    /// <summary>Name of a type's schema; null for one that stands where it is used.</summary>
    public static string? NameOf(JsonTypeInfo json) => // JsonElement: anything; its name says no more
        (Nullable.GetUnderlyingType(json.Type) ?? json.Type) == typeof(JsonElement) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(json);

    public static async Task Complete(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancel)
    {
        var json = context.JsonTypeInfo;
        var type = Nullable.GetUnderlyingType(json.Type) ?? json.Type;
        // Our own converters tell the framework nothing.
        if (type.IsEnum)
        {
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. Enum.GetNames(type).Where(name => WireNames.IsSeen(type, name)).Select(name => JsonValue.Create(WireNames.Of(name)))];
        }
        else if (type == typeof(DateTimeOffset))
            (schema.Type, schema.Format) = (JsonSchemaType.String, "date-time");
        else if (json is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { IsEnum: true } item } && schema.Items is null)
            schema.Items = await context.GetOrCreateSchemaAsync(item, cancellationToken: cancel);

        foreach (var property in json.Properties.Where(Json.MayBeNull)) schema.Required?.Remove(property.Name);
        foreach (var attribute in context.JsonPropertyInfo?.AssociatedParameter?.AttributeProvider?.GetCustomAttributes(false) ?? [])
            AddBounds(schema, attribute);
    }

    /// <summary>
    /// Requests are refused when they have unknown members, but answers may get new ones: a client generated from today's document must not
    /// break on tomorrow's.
    /// </summary>
    public static void LetAnswersGrow(OpenApiDocument document)
    {
        if (document.Components?.Schemas is not { } schemas) return;
        var asked = new HashSet<string>();
        foreach (var body in document.Paths.Values.SelectMany(path => path.Operations!.Values).Select(operation => operation.RequestBody).OfType<IOpenApiRequestBody>())
            foreach (var media in body.Content?.Values ?? [])
                Walk(media.Schema);
        foreach (var (name, schema) in schemas)
            if (schema is OpenApiSchema answer && !asked.Contains(name)) answer.AdditionalPropertiesAllowed = true;

        void Walk(IOpenApiSchema? schema)
        {
            if (schema is null || (schema is OpenApiSchemaReference { Reference.Id: { } id } && !asked.Add(id))) return;
            Walk(schema.Items);
            Walk(schema.AdditionalProperties);
            foreach (var part in (schema.Properties?.Values ?? []).Concat(schema.AllOf ?? []).Concat(schema.OneOf ?? []).Concat(schema.AnyOf ?? []))
                Walk(part);
        }
    }

    private static void AddBounds(OpenApiSchema schema, object attribute)
    {
        switch (attribute)
        {
            case RangeAttribute range:
                schema.Minimum = Convert.ToString(range.Minimum, CultureInfo.InvariantCulture);
                schema.Maximum = Convert.ToString(range.Maximum, CultureInfo.InvariantCulture);
                break;
            case StringLengthAttribute length:
                (schema.MinLength, schema.MaxLength) = (length.MinimumLength, length.MaximumLength);
                break;
            case LengthAttribute count:
                (schema.MinItems, schema.MaxItems) = (count.MinimumLength, count.MaximumLength);
                break;
            case RegularExpressionAttribute pattern:
                schema.Pattern = pattern.Pattern;
                break;
        }
    }
}

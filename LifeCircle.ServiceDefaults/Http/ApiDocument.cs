using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.OpenApi;

namespace LifeCircle.ServiceDefaults;

/// <summary>The service's OpenAPI 3.1 document at <c>/&lt;service&gt;/openapi/v1.json</c>; a test compares it with the committed one.</summary>
public static class ApiDocument
{
    private const string Scheme = "oauth2";

    public static void AddApiDocument(this IHostApplicationBuilder builder, string service) => builder.Services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, context, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = $"LifeCircle {char.ToUpperInvariant(service[0])}{service[1..]}",
                Version = "v1",
                Description = "Times are RFC 3339 with offset, intervals [start, end), ids UUIDv7, positions lon,lat. "
                    + "Errors are RFC 9457 problems with a stable code.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Scheme] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.OAuth2,
                    Flows = new OpenApiOAuthFlows
                    {
                        ClientCredentials = new OpenApiOAuthFlow
                        {
                            TokenUrl = new Uri("/oauth/token", UriKind.Relative),
                            Scopes = context.DescriptionGroups.SelectMany(group => group.Items)
                                .SelectMany(item => item.ActionDescriptor.EndpointMetadata.OfType<ScopeRequirement>())
                                .Select(requirement => requirement.Scope).Distinct().Order(StringComparer.Ordinal)
                                .ToDictionary(scope => scope, scope => scope),
                        },
                    },
                },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            AddBoundParameters(operation, context);
            if (metadata.OfType<IdempotentEndpoint>().Any()) AddIdempotencyKey(operation);
            var problems = metadata.OfType<DeclaredProblems>().SelectMany(declared => declared.Statuses).Append(400);
            if (metadata.OfType<ScopeRequirement>().FirstOrDefault() is { } requirement)
            {
                problems = problems.Append(401).Append(403);
                operation.Security = [new OpenApiSecurityRequirement
                {
                    [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [requirement.Scope],
                }];
            }
            operation.Responses ??= [];
            foreach (var status in problems.Append(429).Append(503).Distinct().Order())
                operation.Responses.TryAdd(status.ToString(System.Globalization.CultureInfo.InvariantCulture), new OpenApiResponse
                {
                    Description = "A problem; see its code.",
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(nameof(ProblemDetails), context.Document) },
                    },
                });
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Components!.Schemas ??= new Dictionary<string, IOpenApiSchema>();
            document.Components.Schemas[nameof(ProblemDetails)] = ProblemSchema();
            return Task.CompletedTask;
        });
    });

    public static void MapApiDocument(this WebApplication app)
    {
        var service = app.Services.GetRequiredService<ServiceName>().Value;
        app.MapOpenApi($"/{service}/openapi/{{documentName}}.json").AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Declares the problems that an endpoint can answer with, beyond 400, 401, 403, 429 and 503, which all can.</summary>
    public static TBuilder Problems<TBuilder>(this TBuilder builder, params int[] statuses) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new DeclaredProblems(statuses));

    // Parameters that bind themselves are unknown to the framework's description.
    private static void AddBoundParameters(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var method = context.Description.ActionDescriptor.EndpointMetadata.OfType<System.Reflection.MethodInfo>().FirstOrDefault();
        foreach (var parameter in method?.GetParameters() ?? [])
        {
            if (parameter.ParameterType == typeof(PageRequest))
            {
                AddParameter(operation, "limit", ParameterLocation.Query, false, JsonSchemaType.Integer,
                    $"Items a page, 1 to {PageRequest.MaximumLimit}; {PageRequest.DefaultLimit} if not given.");
                AddParameter(operation, "after", ParameterLocation.Query, false, JsonSchemaType.String, "The cursor `next` of the page before.");
            }
            else if (parameter.ParameterType == typeof(IfMatch))
            {
                AddParameter(operation, "If-Match", ParameterLocation.Header, true, JsonSchemaType.String,
                    "The ETag that the change is based on; 428 without it, 412 when it is out of date.");
            }
            else if (parameter.ParameterType == typeof(IdempotencyKey))
            {
                AddIdempotencyKey(operation);
            }
        }
    }

    private static void AddIdempotencyKey(OpenApiOperation operation) => AddParameter(
        operation, Idempotency.Header, ParameterLocation.Header, true, JsonSchemaType.String,
        "Chosen by the client, 1 to 255 visible ASCII characters; the same key gives the same answer for three days.");

    private static void AddParameter(
        OpenApiOperation operation, string name, ParameterLocation place, bool required, JsonSchemaType type, string description)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = name,
            In = place,
            Required = required,
            Description = description,
            Schema = new OpenApiSchema { Type = type },
        });
    }

    private static OpenApiSchema ProblemSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457 problem details.",
        Required = new HashSet<string> { "type", "title", "status", "code", "trace_id" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "In English or, by Accept-Language, in Chinese." },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Stable; program against it." },
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "What is wrong, by field.",
                AdditionalProperties = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Items = new OpenApiSchema { Type = JsonSchemaType.String },
                },
            },
            ["trace_id"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "For the operations staff." },
        },
    };

    private sealed record DeclaredProblems(int[] Statuses);
}

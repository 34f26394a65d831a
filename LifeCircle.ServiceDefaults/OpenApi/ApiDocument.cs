using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.OpenApi;

namespace LifeCircle.ServiceDefaults;

/// <summary>The service's OpenAPI 3.1 document at <c>/&lt;service&gt;/openapi/v1.json</c>; a test compares it with the committed one.</summary>
/// <remarks>
/// The doc comments of requests, answers and parameters come into it by a source generator, which works a project at a time: so a service
/// says <c>builder.Services.AddOpenApi("v1")</c> in its own Program.cs.
/// </remarks>
public static class ApiDocument
{
    internal const string Scheme = "oauth2";

    private const string Version = "v1";

    public static void AddApiDocument(this IHostApplicationBuilder builder, string service)
    {
        builder.Services.AddOpenApi(Version);
        // After what the service configures, so that ours has the last word.
        builder.Services.PostConfigure<OpenApiOptions>(Version, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.CreateSchemaReferenceId = ApiSchemas.NameOf;
            options.AddSchemaTransformer(ApiSchemas.Complete);
            options.AddOperationTransformer(ApiOperations.Complete);
            options.AddDocumentTransformer(ApiProblems.Complete);
            options.AddDocumentTransformer((document, context, _) =>
            {
                Describe(document, service);
                document.Components!.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme> { [Scheme] = SecurityScheme(context) };
                ApiSchemas.LetAnswersGrow(document);
                return Task.CompletedTask;
            });
        });
    }

    public static void MapApiDocument(this WebApplication app)
    {
        var service = app.Services.GetRequiredService<ServiceName>().Value;
        app.MapOpenApi($"/{service}/openapi/{{documentName}}.json").AllowAnonymous().ExcludeFromDescription();
    }

    private static void Describe(OpenApiDocument document, string service)
    {
        document.Servers = [];
        document.Info = new OpenApiInfo
        {
            Title = $"LifeCircle {char.ToUpperInvariant(service[0])}{service[1..]}",
            Version = Version,
            Description = "Times are RFC 3339 with offset, intervals [start, end), ids UUIDv7, positions lon,lat. "
                + "Errors are RFC 9457 problems with a stable code. Members that may be null may be left out. "
                + "Answers may get further members; ignore those that you do not know.",
        };
    }

    private static OpenApiSecurityScheme SecurityScheme(OpenApiDocumentTransformerContext context) => new()
    {
        Type = SecuritySchemeType.OAuth2,
        Flows = new OpenApiOAuthFlows
        {
            ClientCredentials = new OpenApiOAuthFlow
            {
                TokenUrl = new Uri("/oauth/token", UriKind.Relative),
                // What a scope is good for is what it opens.
                Scopes = context.DescriptionGroups.SelectMany(group => group.Items).Select(item => item.ActionDescriptor.EndpointMetadata)
                    .SelectMany(metadata => metadata.OfType<ScopeRequirement>(), (metadata, requirement) => (requirement.Scope, Operation: NameOf(metadata)))
                    .GroupBy(needed => needed.Scope, needed => needed.Operation).OrderBy(scope => scope.Key, StringComparer.Ordinal)
                    .ToDictionary(scope => scope.Key, scope => $"For {string.Join(", ", scope.Distinct().Order(StringComparer.Ordinal))}."),
            },
        },
    };

    private static string? NameOf(IList<object> metadata) => metadata.OfType<IEndpointNameMetadata>().LastOrDefault()?.EndpointName;
}

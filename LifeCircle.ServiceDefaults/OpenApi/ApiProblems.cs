using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using HouseProblems = LifeCircle.ServiceDefaults.Problems;

namespace LifeCircle.ServiceDefaults;

/// <summary>The problems that an operation can answer with.</summary>
public static class ApiProblems
{
    /// <summary>
    /// Declares the problems of an endpoint. Those that come of its position need no word: 400, 429, 503 and 504; 401 and 403 with a scope; 413
    /// and 415 with a body; 409 and 422 with an idempotency key; 412 and 428 with If-Match.
    /// </summary>
    public static TBuilder Problems<TBuilder>(this TBuilder builder, params int[] statuses) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new DeclaredProblems(statuses));

    internal static void Declare(OpenApiOperation operation, IList<object> metadata, OpenApiDocument document)
    {
        if (metadata.OfType<ErrorFormat>().Any()) return; // its errors are no problems of ours, and the route has declared them
        var statuses = new SortedSet<int>(metadata.OfType<DeclaredProblems>().SelectMany(declared => declared.Statuses)) { 400, 429, 503, 504 };
        if (metadata.OfType<ScopeRequirement>().Any()) statuses.UnionWith([401, 403]);
        if (operation.RequestBody is not null) statuses.UnionWith([413, 415]);
        if (metadata.OfType<IdempotentEndpoint>().Any()) statuses.UnionWith([409, 422]);
        if (operation.Parameters!.Any(parameter => parameter.Name == HeaderNames.IfMatch)) statuses.UnionWith([412, 428]);
        foreach (var status in statuses)
            operation.Responses![Text(status)] = new OpenApiResponseReference(NameOf(status), document);
    }

    /// <summary>The schema of problems, and one answer for each status that any operation names.</summary>
    internal static async Task Complete(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancel)
    {
        document.AddComponent(nameof(Problem), await context.GetOrCreateSchemaAsync(typeof(Problem), cancellationToken: cancel));
        var named = document.Paths.Values.SelectMany(path => path.Operations!.Values)
            .SelectMany(operation => operation.Responses!.Values.OfType<OpenApiResponseReference>()).Select(response => response.Reference.Id).ToHashSet();
        var codes = Codes(context);
        for (var status = 400; status < 600; status++)
            if (named.Contains(NameOf(status)))
                document.AddComponent<IOpenApiResponse>(NameOf(status), Answer(status, codes[status], document));
    }

    // All that the service and this library know: what clients program against must not be found by trial alone.
    private static ILookup<int, string> Codes(OpenApiDocumentTransformerContext context) => context.DescriptionGroups.SelectMany(group => group.Items)
        .SelectMany(item => item.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>()).Select(handler => handler.Module.Assembly)
        .Append(typeof(Rule).Assembly).Distinct().SelectMany(assembly => assembly.GetTypes()).Where(type => !type.ContainsGenericParameters)
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public)).Where(field => field.FieldType == typeof(Rule))
        .Select(field => (Rule)field.GetValue(null)!).OrderBy(rule => rule.Code, StringComparer.Ordinal)
        .DistinctBy(rule => (rule.Status, rule.Code)).ToLookup(rule => rule.Status, rule => $"`{rule.Code}`");

    private static OpenApiResponse Answer(int status, IEnumerable<string> codes, OpenApiDocument document)
    {
        var answer = new OpenApiResponse
        {
            Description = status switch
            {
                StatusCodes.Status404NotFound => "There is no such thing, or none that the caller may see.",
                StatusCodes.Status409Conflict => "The state of things does not allow it now.",
                StatusCodes.Status422UnprocessableEntity => "Well-formed, but against a rule of the field.",
                _ => HouseProblems.OfStatus(status).English,
            },
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [HouseProblems.MediaType] = new() { Schema = new OpenApiSchemaReference(nameof(Problem), document) },
            },
        };
        if (codes.Any()) answer.Description += $" Codes of this service: {string.Join(", ", codes)}.";
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            answer.Headers = new Dictionary<string, IOpenApiHeader>
            {
                [HeaderNames.RetryAfter] = new OpenApiHeader
                {
                    Description = "Seconds after which trying again makes sense.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
                },
            };
        return answer;
    }

    private static string NameOf(int status) => $"{nameof(Problem)}{Text(status)}";

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);

    private sealed record DeclaredProblems(int[] Statuses);
}

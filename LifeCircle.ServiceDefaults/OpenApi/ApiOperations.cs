using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace LifeCircle.ServiceDefaults;

/// <summary>What the framework does not know of an operation: parameters that bind themselves, headers of answers, scope and problems.</summary>
internal static class ApiOperations
{
    public static Task Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Parameters ??= [];
        operation.Responses ??= [];
        operation.Summary = metadata.OfType<IEndpointSummaryMetadata>().LastOrDefault()?.Summary ?? operation.Summary;
        // So it is everywhere, and saying it at every handler would tell nobody anything.
        foreach (var id in operation.Parameters.OfType<OpenApiParameter>().Where(parameter => parameter is { In: ParameterLocation.Path, Name: "id" }))
            id.Description ??= $"Id of the {OneOf(context.Description.RelativePath!)}.";
        var parameters = metadata.OfType<MethodInfo>().FirstOrDefault()?.GetParameters() ?? [];
        if (parameters.Any(parameter => parameter.ParameterType == typeof(PageRequest))) AddPaging(operation);
        if (parameters.Any(parameter => parameter.ParameterType == typeof(IfMatch)))
            operation.Parameters.Add(Header(HeaderNames.IfMatch, "The ETag that the change is based on, or `*`; 412 when it is out of date.",
                new OpenApiSchema { Type = JsonSchemaType.String }));
        var idempotent = metadata.OfType<IdempotentEndpoint>().LastOrDefault();
        if (idempotent is not null || parameters.Any(parameter => parameter.ParameterType == typeof(IdempotencyKey)))
            AddIdempotency(operation, keepsAnswer: idempotent?.KeepsAnswer ?? true);
        if (metadata.OfType<VersionedEndpoint>().Any()) AddVersion(operation, context.Description.HttpMethod == "GET");
        if (metadata.OfType<ScopeRequirement>().FirstOrDefault() is { } requirement)
            operation.Security = [new OpenApiSecurityRequirement
            {
                [new OpenApiSecuritySchemeReference(ApiDocument.Scheme, context.Document)] = [requirement.Scope],
            }];
        else if (metadata.OfType<IAllowAnonymous>().Any())
            operation.Security = [];
        ApiProblems.Declare(operation, metadata, context.Document!);
        return Task.CompletedTask;
    }

    // operators/v1/operators/{id}/clients: operator. By the house's names, which are plural nouns.
    private static string OneOf(string path)
    {
        var many = path.Split("/{id")[0].Split('/')[^1].Replace('-', ' ');
        return many.EndsWith("ies", StringComparison.Ordinal) ? $"{many[..^3]}y" : many.TrimEnd('s');
    }

    private static void AddPaging(OpenApiOperation operation)
    {
        operation.Parameters!.Add(Query("limit", "How many items at the most.", new OpenApiSchema
        {
            Type = JsonSchemaType.Integer,
            Format = "int32",
            Minimum = "1",
            Maximum = PageRequest.MaximumLimit.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Default = PageRequest.DefaultLimit,
        }));
        operation.Parameters.Add(Query("after", "`next` of the page before; left out for the first page.",
            new OpenApiSchema { Type = JsonSchemaType.String }));
        AddHeader(operation, "200", HeaderNames.Link, "The address of the next page, with `rel=\"next\"`; none on the last page.");
    }

    private static void AddIdempotency(OpenApiOperation operation, bool keepsAnswer)
    {
        operation.Parameters!.Add(Header(Idempotency.Header,
            "Chosen by the client, another one for every new deed. The same request under the same key " + (keepsAnswer
                ? "gives the same answer for three days."
                : "has no effect for three days: as the answer held a secret, it is refused with 409 `idempotency.answer_not_kept` and the "
                    + "Location of what the first one made."),
            new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255, Pattern = "^[!-~]+$" }));
        foreach (var status in operation.Responses!.Keys.Where(status => keepsAnswer && status.StartsWith('2')).ToArray())
            AddHeader(operation, status, Idempotency.ReplayedHeader, "`true` when the answer was given before.");
    }

    private static void AddVersion(OpenApiOperation operation, bool isRead)
    {
        foreach (var status in operation.Responses!.Keys.Where(status => status.StartsWith('2')).ToArray())
            AddHeader(operation, status, HeaderNames.ETag, "The version, for If-Match and If-None-Match.");
        AddHeader(operation, "201", HeaderNames.Location, "The address of what was created.");
        if (!isRead) return;
        operation.Parameters!.Add(Header(HeaderNames.IfNoneMatch, "The ETag of what the client has; 304 when it is up to date.",
            new OpenApiSchema { Type = JsonSchemaType.String }, required: false));
        operation.Responses["304"] = new OpenApiResponse { Description = "The client has this version." };
    }

    private static OpenApiParameter Query(string name, string description, OpenApiSchema schema) =>
        new() { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema };

    private static OpenApiParameter Header(string name, string description, OpenApiSchema schema, bool required = true) =>
        new() { Name = name, In = ParameterLocation.Header, Required = required, Description = description, Schema = schema };

    private static void AddHeader(OpenApiOperation operation, string status, string name, string description)
    {
        if (operation.Responses!.GetValueOrDefault(status) is not OpenApiResponse response) return;
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        response.Headers[name] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
    }
}

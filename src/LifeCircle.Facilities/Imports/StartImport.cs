using System.ComponentModel;
using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace LifeCircle.Facilities.Imports;

/// <summary>Takes a file in and puts it into the queue.</summary>
public static class StartImport
{
    // The API document finds the doc comment of a parameter only where both have the same name.
    private const string BadRows = "`refuse` (if not given): one bad row and nothing is applied. `skip`: the good rows are applied.";
    private const string CheckOnly = "True: validates and reports, applies nothing.";

    /// <summary>Starts an import. The body is the file; its Content-Type says which format it has.</summary>
    /// <param name="kind">What is imported: <c>divisions</c>, <c>life_circles</c>, <c>facilities</c>, <c>buildings</c> or <c>streets</c>.</param>
    /// <param name="source">The system that owns the external ids; the client itself if not given.</param>
    /// <param name="badRows"><c>refuse</c> (if not given): one bad row and nothing is applied. <c>skip</c>: the good rows are applied.</param>
    /// <param name="checkOnly">True: validates and reports, applies nothing.</param>
    /// <param name="delimiter">What stands between the columns of a CSV file; found out from the header row if not given.</param>
    /// <param name="key">The request's key.</param>
    /// <param name="caller">A client confined to a division may import facilities and buildings of that division.</param>
    /// <param name="request">The body.</param>
    /// <param name="kinds">What can be imported.</param>
    /// <param name="intake">Takes the body in.</param>
    /// <param name="options">Limits.</param>
    /// <param name="cancel">The client is gone.</param>
    internal static async Task<Accepted<ImportAnswer>> Handle(
        string kind, string? source, [FromQuery(Name = "bad_rows"), Description(BadRows)] BadRowPolicy? badRows,
        [FromQuery(Name = "check_only"), Description(CheckOnly)] bool? checkOnly, CsvDelimiter? delimiter, IdempotencyKey key, Caller caller, HttpRequest request, ImportKinds kinds, ImportIntake intake,
        IOptions<ImportOptions> options, CancellationToken cancel)
    {
        var wanted = kinds.Find(kind);
        Import.RequireMay(wanted, caller);
        var order = new ImportOrder(
            wanted, FormatOf(request, wanted), FacilitiesRules.Text.Require(source ?? caller.ClientId, "source", 100), delimiter,
            badRows ?? BadRowPolicy.Refuse, checkOnly ?? false, caller.ClientId, caller.DivisionCode);

        request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize =
            Math.Min(wanted.MaximumBytes, options.Value.MaximumBytes);
        if (request.HttpContext.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = new MinDataRate(options.Value.MinimumBytesPerSecond, gracePeriod: TimeSpan.FromSeconds(10));

        var (import, replayed) = await intake.TakeAsync(order, key.Value, request.Body, cancel);
        if (replayed) request.HttpContext.Response.Headers[Idempotency.ReplayedHeader] = "true";
        return TypedResults.Accepted($"/facilities/v1/imports/{import.Id}", ImportAnswer.Of(import));
    }

    /// <summary>Adds the body to the API document.</summary>
    internal static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "The file. CSV (UTF-8) has a header row; GeoJSON is a FeatureCollection; NDJSON has one object a line. "
                + "Columns and members are those of the API's own requests, in snake_case; unknown ones are refused. "
                + "OpenStreetMap files give streets, and facilities by their tags.",
            Content = context.ApplicationServices.GetRequiredService<ImportKinds>().All
                .SelectMany(kind => kind.Formats).Select(format => format.MediaType).Distinct()
                .ToDictionary(type => type, _ => new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } }),
        };
        return Task.CompletedTask;
    }

    private static ImportFormat FormatOf(HttpRequest request, IImportKind kind)
    {
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && encoding != "identity")
            throw new RuleBroken(Problems.UnsupportedMediaType, "Content-Encoding", "Send the content as it is, not compressed.", "请发送未压缩的内容。");
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && (type.Charset.Length == 0 || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            && kind.Formats.FirstOrDefault(format => type.MediaType.Equals(format.MediaType, StringComparison.OrdinalIgnoreCase)) is { } format)
            return format;
        var accepted = string.Join(", ", kind.Formats.Select(known => known.MediaType));
        throw new RuleBroken(Problems.UnsupportedMediaType, "Content-Type",
            $"{kind.Name} are taken as {accepted}, in UTF-8.", $"{kind.Name} 支持的格式为 {accepted}，编码须为 UTF-8。");
    }
}

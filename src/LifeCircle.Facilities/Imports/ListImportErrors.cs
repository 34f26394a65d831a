using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace LifeCircle.Facilities.Imports;

/// <summary>What is wrong with a row.</summary>
/// <param name="Line">Line of the file on which the row begins, from 1.</param>
/// <param name="Feature">Index in <c>features</c>, from 0; only for GeoJSON.</param>
/// <param name="ExternalId">The row's external id or code, where it could be read.</param>
/// <param name="Field">The column or member at fault.</param>
/// <param name="Code">Stable; program against it.</param>
/// <param name="TextEn">What is wrong, in English.</param>
/// <param name="TextZh">The same in Chinese.</param>
public sealed record ImportErrorAnswer(long Line, long? Feature, string? ExternalId, string? Field, string Code, string TextEn, string TextZh);

/// <summary>The bad rows of an import, by line.</summary>
public static class ListImportErrors
{
    /// <summary>A page as JSON or, where the client asks for <c>text/csv</c>, all of them in one file for people.</summary>
    /// <param name="id">The import.</param>
    /// <param name="page">Which page.</param>
    /// <param name="caller">Sees the imports of its own division.</param>
    /// <param name="request">Its Accept header chooses.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<ImportErrorsResult> Handle(
        Guid id, PageRequest page, Caller caller, HttpRequest request, FacilitiesDbContext db, CancellationToken cancel)
    {
        await db.FindImportAsync(id, caller, cancel);
        var rows = db.Set<ImportError>().AsNoTracking().Where(row => row.ImportId == id).OrderBy(row => row.Line).ThenBy(row => row.Id);
        if (request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(ImportErrorsResult.Csv, StringComparison.OrdinalIgnoreCase)))
            return new(null, rows.AsAsyncEnumerable(), id);
        var rest = page.After<After>() is { } after
            ? rows.Where(row => row.Line > after.Line || (row.Line == after.Line && row.Id > after.Id))
            : rows;
        var found = await rest.Take(page.Limit + 1).ToListAsync(cancel);
        return new(Paging.Ok([.. found.Select(Answer)], page, last => new After(last.Line, found[page.Limit - 1].Id)), null, id);
    }

    private static ImportErrorAnswer Answer(ImportError row) =>
        new(row.Line, row.Feature, row.ExternalId, row.Field, row.Code, row.TextEn, row.TextZh);

    private sealed record After(long Line, long Id);
}

/// <summary>Bad rows as a page or as a CSV file.</summary>
public sealed class ImportErrorsResult(PageResult<ImportErrorAnswer>? page, IAsyncEnumerable<ImportError>? all, Guid import)
    : IResult, IEndpointMetadataProvider
{
    public const string Csv = "text/csv";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        return page is not null ? page.ExecuteAsync(httpContext) : WriteCsvAsync(httpContext);
    }

    private async Task WriteCsvAsync(HttpContext context)
    {
        context.Response.ContentType = $"{Csv}; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"import-{import}-errors.csv\"";
        // With a byte order mark, or spreadsheet programs take Chinese for something else; and what looks like a formula stays text.
        await using var text = new StreamWriter(context.Response.Body, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        await using var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            NewLine = "\r\n",
            InjectionOptions = InjectionOptions.Escape,
        });
        Write("line", "feature", "external_id", "field", "code", "text_en", "text_zh");
        await csv.NextRecordAsync();
        await foreach (var row in all!.WithCancellation(context.RequestAborted))
        {
            Write(Number(row.Line), Number(row.Feature), row.ExternalId, row.Field, row.Code, row.TextEn, row.TextZh);
            await csv.NextRecordAsync();
        }

        void Write(params ReadOnlySpan<string?> cells)
        {
            foreach (var cell in cells) csv.WriteField(cell);
        }
    }

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    static void IEndpointMetadataProvider.PopulateMetadata(System.Reflection.MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(
        new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Page<ImportErrorAnswer>), ["application/json", Csv]));
}

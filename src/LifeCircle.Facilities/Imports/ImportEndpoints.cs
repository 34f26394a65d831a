using LifeCircle.Facilities.Imports.Contents;
using LifeCircle.Facilities.Imports.Kinds;
using LifeCircle.Facilities.Imports.Running;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Imports;

public static class ImportEndpoints
{
    internal static void AddImports(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ImportOptions>().BindConfiguration("Imports")
            .Validate(options => options is
            {
                MaximumBytes: > 0, ConcurrentUploads: > 0, MinimumBytesPerSecond: > 0, MaximumBadRows: > 0,
                KeepContentDays: >= 0, KeepErrorsDays: >= 0,
            },
                "Imports: the limits must be positive.")
            .ValidateOnStart();
        builder.Services
            .AddSingleton<IImportKind, DivisionImport>()
            .AddSingleton<IImportKind, CircleImport>()
            .AddSingleton<IImportKind, FacilityImport>()
            .AddSingleton<IImportKind, BuildingImport>()
            .AddSingleton<IImportKind, StreetImport>()
            .AddSingleton<ImportKinds>()
            .AddSingleton<ImportSignal>()
            .AddSingleton<ImportIntake>()
            .AddSingleton<ImportCleanup>()
            .AddSingleton<ImportAttempt>()
            .AddSingleton<ImportQueue>()
            .AddSingleton<KeepPlaced>()
            .AddHostedService<ImportWorker>();
    }

    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        var imports = routes.MapGroup("/facilities/v1/imports").WithTags("Imports").RequireScope("facilities.import");

        imports.MapPost("/", StartImport.Handle).WithName("startImport")
            .WithSummary("Takes a file of any size in and imports it in the background: all of it or nothing.")
            .DisableRequestTimeout().Problems(409, 413, 415, 422)
            .AddOpenApiOperationTransformer(StartImport.DescribeAsync);
        imports.MapGet("/", ListImports.Handle).WithName("listImports")
            .WithSummary("The imports, newest first.");
        imports.MapGet("/{id:guid}", GetImport.Handle).WithName("getImport")
            .WithSummary("One import: how far it is, or what became of it.").Problems(404);
        imports.MapGet("/{id:guid}/errors", ListImportErrors.Handle).WithName("listImportErrors")
            .WithSummary("The bad rows of an import, by line; as JSON, or all of them as CSV.").Problems(404);
        imports.MapDelete("/{id:guid}", CancelImport.Handle).WithName("cancelImport")
            .WithSummary("Cancels an import that has not ended; nothing of it is applied.").Problems(404, 409);
    }
}

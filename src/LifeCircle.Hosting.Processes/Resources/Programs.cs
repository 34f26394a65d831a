using System.Runtime.InteropServices;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Any program: started as given, in the given folder.</summary>
public sealed class ExecutableResource(string name, string command, string workingDirectory) : Resource(name),
    IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    internal override IEnumerable<string> FindMissing(InstalledServers servers) =>
        command.Contains('/') && !File.Exists(command) ? [$"{Name}: there is no {command}."] : [];

    internal override Task<LaunchSpec?> PrepareAsync(ResourceInstance instance, CancellationToken cancel)
    {
        var environment = new Dictionary<string, string>();
        Variables.ForEach(add => add(environment));
        var folder = Path.GetFullPath(workingDirectory, instance.Application.Builder.Environment.ContentRootPath);
        return Task.FromResult<LaunchSpec?>(new LaunchSpec(command, Arguments, folder, environment));
    }
}

/// <summary>A .NET project, started from its build output or from the published folder; nothing is built here.</summary>
public sealed class ProjectResource(string name, string projectFile) : Resource(name),
    IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    // The host that runs this very program; ProcessPath is no use where the program was started by its own executable.
    private static readonly string Dotnet = Path.GetFullPath("../../../dotnet", RuntimeEnvironment.GetRuntimeDirectory());

    internal override Task<LaunchSpec?> PrepareAsync(ResourceInstance instance, CancellationToken cancel)
    {
        var builder = instance.Application.Builder;
        var environment = new Dictionary<string, string>
        {
            ["OTEL_SERVICE_NAME"] = Name,
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={instance.Name}",
            ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
        };
        if (Endpoints.Count > 0)
            environment["ASPNETCORE_URLS"] = string.Join(';', Endpoints.Select(endpoint => endpoint.UrlOf(instance.Replica)));

        // From the environment alone: appsettings.json always names Aspire's. Without a collector the exporter would fail once a second
        // for as long as the service lives.
        if ((Environment.GetEnvironmentVariable("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL")
            ?? Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")) is { } collector)
            (environment["OTEL_EXPORTER_OTLP_ENDPOINT"], environment["OTEL_EXPORTER_OTLP_PROTOCOL"]) = (collector, "grpc");
        if (builder.Environment.EnvironmentName == "Development")
        {
            foreach (var variable in (string[])["OTEL_BLRP_SCHEDULE_DELAY", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_METRIC_EXPORT_INTERVAL"])
                environment[variable] = "1000";
            (environment["OTEL_TRACES_SAMPLER"], environment["OTEL_METRICS_EXEMPLAR_FILTER"]) = ("always_on", "trace_based");
        }
        Variables.ForEach(add => add(environment));

        var assembly = FindAssembly(builder.Environment.ContentRootPath, builder.CommandLine["published-folder"]);
        return Task.FromResult<LaunchSpec?>(new LaunchSpec(Dotnet, [assembly, .. Arguments], Path.GetDirectoryName(assembly)!, environment)
        {
            Grace = TimeSpan.FromSeconds(25), // a service lets its requests finish before it leaves
        });
    }

    private string FindAssembly(string appHostFolder, string? publishedFolder)
    {
        var project = Path.GetFullPath(projectFile, appHostFolder);
        var name = Path.GetFileNameWithoutExtension(project);
        // <Configuration>/<framework>, as this program itself was built
        var output = string.Join('/', AppContext.BaseDirectory.TrimEnd('/').Split('/')[^2..]);
        var assembly = publishedFolder is null ? Path.Combine(Path.GetDirectoryName(project)!, "bin", output, name + ".dll")
            : Path.GetFullPath(Path.Combine(publishedFolder, name, name + ".dll"));
        return File.Exists(assembly) ? assembly : throw new HostingException(
            $"There is no {assembly}. {(publishedFolder is null ? "Run: dotnet build" : "Publish there:")} {project}");
    }
}

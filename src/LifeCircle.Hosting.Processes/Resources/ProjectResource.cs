using System.Globalization;
using System.Runtime.InteropServices;
using LifeCircle.Hosting.Processes.Running;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Any program: started as given, in the given folder.</summary>
public class ExecutableResource(string name, string command, string workingDirectory) : Resource(name),
    IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    public string Command { get; } = command;
    public string WorkingDirectory { get; } = workingDirectory;

    internal override async Task<LaunchSpec?> PrepareAsync(RunContext run, int replica, CancellationToken cancellationToken)
    {
        var environment = await EnvironmentAsync(cancellationToken);
        foreach (var endpoint in Endpoints.Where(e => e.Variable is not null))
            environment[endpoint.Variable!] = endpoint.Ports[replica].ToString(CultureInfo.InvariantCulture);
        return new LaunchSpec(Command, Arguments, WorkingDirectory, environment);
    }
}

/// <summary>A .NET project, started from its build output or from the published folder; nothing is built here.</summary>
public sealed class ProjectResource(string name, string projectFile) : Resource(name),
    IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    // The host that runs this very program; ProcessPath is no use where the program was started by its own executable.
    private static readonly string Dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    internal override async Task<LaunchSpec?> PrepareAsync(RunContext run, int replica, CancellationToken cancellationToken)
    {
        var assembly = FindAssembly(run);
        var environment = new Dictionary<string, string>
        {
            ["OTEL_SERVICE_NAME"] = Name,
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={RunContext.InstanceId(this, replica)}",
            ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
        };
        if (Endpoints.Count > 0)
            environment["ASPNETCORE_URLS"] = string.Join(';', Endpoints.Select(endpoint => endpoint.UrlOf(replica)));

        // Without a collector the exporter would fail once a second for as long as the service lives.
        if (run.Dashboard is { } dashboard)
            await dashboard.AddExporterAsync(environment, cancellationToken);
        else if (run.OtlpEndpoint is { } collector)
            (environment["OTEL_EXPORTER_OTLP_ENDPOINT"], environment["OTEL_EXPORTER_OTLP_PROTOCOL"]) = (collector, "grpc");
        if (run.EnvironmentName == "Development")
        {
            foreach (var variable in (string[])["OTEL_BLRP_SCHEDULE_DELAY", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_METRIC_EXPORT_INTERVAL"])
                environment[variable] = "1000";
            (environment["OTEL_TRACES_SAMPLER"], environment["OTEL_METRICS_EXEMPLAR_FILTER"]) = ("always_on", "trace_based");
        }
        foreach (var (variable, value) in await EnvironmentAsync(cancellationToken))
            environment[variable] = value;

        // 25 s: a service lets its requests finish before it leaves.
        return new LaunchSpec(Dotnet, [assembly, .. Arguments], Path.GetDirectoryName(assembly)!, environment) { Grace = TimeSpan.FromSeconds(25) };
    }

    private string FindAssembly(RunContext run)
    {
        var project = Path.GetFullPath(Path.Combine(run.AppHostDirectory, projectFile));
        var name = Path.GetFileNameWithoutExtension(project);
        var output = AppContext.BaseDirectory.TrimEnd('/').Split('/');
        string[] candidates =
        [
            .. run.PublishedFolder is { } published ? [Path.Combine(published, name, name + ".dll")] : Array.Empty<string>(),
            // artifacts/bin/<project>/<configuration>, beside our own output there
            Path.Combine(AppContext.BaseDirectory, "../..", name, output[^1], name + ".dll"),
            // <project>/bin/<Configuration>/<framework>
            Path.Combine(Path.GetDirectoryName(project)!, "bin", output[^2], output[^1], name + ".dll"),
        ];
        return candidates.Select(Path.GetFullPath).FirstOrDefault(File.Exists) ?? throw new HostingException(
            $"{name}.dll is not built. Run: dotnet build {project} (looked at {string.Join(", ", candidates.Select(Path.GetFullPath))}).");
    }
}

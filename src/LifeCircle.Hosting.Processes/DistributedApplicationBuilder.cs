using System.Reflection;
using LifeCircle.Hosting.Processes;
using LifeCircle.Hosting.Processes.Terminal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace Aspire.Hosting;

public interface IDistributedApplicationBuilder
{
    ConfigurationManager Configuration { get; }
    IHostEnvironment Environment { get; }
    DistributedApplicationExecutionContext ExecutionContext { get; }

    IResourceBuilder<T> AddResource<T>(T resource) where T : IResource;

    DistributedApplication Build();
}

/// <summary>This engine runs; publishing is Aspire's.</summary>
public sealed record DistributedApplicationExecutionContext(bool IsRunMode = true);

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly List<IResource> _all = [];

    public DistributedApplicationBuilder(string[] args)
    {
        CommandLine = new CommandLine(args);
        var assembly = ProcessesHost.Capturing ?? Assembly.GetEntryAssembly();
        var project = assembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "AppHostProjectPath")?.Value;
        IsProgram = ProcessesHost.Capturing is null && project is not null;
        Configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .AddInMemoryCollection(CommandLine.Values);
        Environment = new HostingEnvironment
        {
            ApplicationName = assembly?.GetName().Name ?? "AppHost",
            EnvironmentName = CommandLine["environment"] ?? Configuration["DOTNET_ENVIRONMENT"] ?? Environments.Development,
            ContentRootPath = (Directory.Exists(project) ? project : AppContext.BaseDirectory).TrimEnd('/'),
        };
    }

    public ConfigurationManager Configuration { get; } = new();

    /// <summary>Its content root is the folder of the AppHost project: paths in AppHost.cs are relative to it.</summary>
    public IHostEnvironment Environment { get; }
    public DistributedApplicationExecutionContext ExecutionContext { get; } = new();
    public CommandLine CommandLine { get; }
    public IEnumerable<Resource> Resources => _all.OfType<Resource>();
    public IEnumerable<ParameterResource> Parameters => _all.OfType<ParameterResource>();

    /// <summary>False where a test builds it: then nothing outside a temporary folder may be touched.</summary>
    public bool IsProgram { get; }

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (_all.Exists(other => other.Name == resource.Name))
            throw new InvalidOperationException($"There are two resources called '{resource.Name}'.");
        _all.Add(resource);
        return new ResourceBuilder<T>(resource, this);
    }

    public DistributedApplication Build()
    {
        if (CommandLine["dashboard"] is { } folder)
            this.AddDashboard(Path.GetFullPath(folder));
        return new DistributedApplication(this);
    }
}

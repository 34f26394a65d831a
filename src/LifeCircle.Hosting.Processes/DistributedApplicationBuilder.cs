using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using LifeCircle.Hosting.Processes;
using LifeCircle.Hosting.Processes.Terminal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public interface IDistributedApplicationBuilder
{
    ConfigurationManager Configuration { get; }
    IHostEnvironment Environment { get; }
    DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <summary>Folder of the AppHost project: paths in AppHost.cs are relative to it.</summary>
    string AppHostDirectory { get; }

    IResourceBuilder<T> AddResource<T>(T resource) where T : IResource;

    DistributedApplication Build();
}

/// <summary>This engine only runs; publishing is Aspire's.</summary>
public sealed class DistributedApplicationExecutionContext
{
    public bool IsRunMode { get; } = true;
    public bool IsPublishMode { get; }
}

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder, IHostEnvironment
{
    private readonly CommandLine _commandLine;
    private readonly List<Resource> _resources = [];

    public DistributedApplicationBuilder(string[] args)
    {
        _commandLine = CommandLine.Parse(args);
        var assembly = ProcessesHost.Capturing ?? Assembly.GetEntryAssembly();
        ApplicationName = assembly?.GetName().Name ?? "AppHost";
        var project = assembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "AppHostProjectPath")?.Value;
        IsProgram = ProcessesHost.Capturing is null && project is not null;
        AppHostDirectory = Directory.Exists(project) ? project.TrimEnd('/') : AppContext.BaseDirectory.TrimEnd('/');
        EnvironmentName = _commandLine["environment"] ?? System.Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environments.Development;
        Configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, $"appsettings.{EnvironmentName}.json"), optional: true)
            .AddEnvironmentVariables()
            .AddInMemoryCollection(_commandLine.Values);
    }

    public ConfigurationManager Configuration { get; } = new();
    public IHostEnvironment Environment => this;
    public DistributedApplicationExecutionContext ExecutionContext { get; } = new();
    public string AppHostDirectory { get; }

    /// <summary>False where a test builds it: then nothing outside a temporary folder may be touched.</summary>
    public bool IsProgram { get; }

    public string EnvironmentName { get; set; }
    public string ApplicationName { get; set; }
    public string ContentRootPath { get => AppHostDirectory; set => throw new NotSupportedException(); }
    public IFileProvider ContentRootFileProvider { get => new NullFileProvider(); set => throw new NotSupportedException(); }

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (_resources.Exists(other => other.Name == resource.Name))
            throw new InvalidOperationException($"There are two resources called '{resource.Name}'.");
        _resources.Add((Resource)(IResource)resource);
        return new ResourceBuilder<T>(resource, this);
    }

    public DistributedApplication Build()
    {
        if (_commandLine["dashboard"] is { } folder)
            AddResource(new DashboardResource(Path.GetFullPath(folder),
                this.AddParameter("dashboard-token", secret: true).Resource, this.AddParameter("dashboard-otlp-key", secret: true).Resource));
        return new DistributedApplication(this, _resources, _commandLine);
    }
}

using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using LifeCircle.Hosting.Processes;
using LifeCircle.Hosting.Processes.Running;
using LifeCircle.Hosting.Processes.Terminal;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

/// <summary>
/// The resources of an AppHost.cs as processes of this machine. <see cref="Run"/> makes a program of it (table, Ctrl+C, verbs); <see cref="StartAsync"/>
/// and the members below it are for tests: any number side by side, each with its own data folder, ports and passwords.
/// </summary>
public sealed class DistributedApplication : IAsyncDisposable
{
    private readonly DistributedApplicationBuilder _builder;
    private readonly IReadOnlyList<Resource> _resources;
    private readonly ServiceProvider _http = new ServiceCollection().AddHttpClient().BuildServiceProvider();
    private readonly bool _temporary;
    private DataFolder? _folder;
    private Supervisor? _supervisor;

    internal DistributedApplication(DistributedApplicationBuilder builder, IReadOnlyList<Resource> resources, CommandLine commandLine)
    {
        (_builder, _resources, CommandLine) = (builder, resources, commandLine);
        _temporary = commandLine["data-folder"] is null && !builder.IsProgram;
        DataFolderPath = Path.GetFullPath(commandLine["data-folder"] ?? (_temporary
            ? Path.Combine(Path.GetTempPath(), "lifecircle-" + Path.GetRandomFileName())
            : Path.Combine(builder.AppHostDirectory, "../.data")));
    }

    public string DataFolderPath { get; }

    internal CommandLine CommandLine { get; }
    internal InstalledServers Servers { get; set; } = new();
    internal TimeSpan HealthBound { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>Receives every line of output with the name of its resource.</summary>
    internal Action<string, string> OnLine { get; set; } = (_, _) => { };

    internal Action<ResourceInstance> OnChange { get; set; } = _ => { };
    internal IReadOnlyList<ResourceInstance> Instances => Supervisor.Instances;

    private Supervisor Supervisor => _supervisor ?? throw new InvalidOperationException("The application has not been started.");

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => new DistributedApplicationBuilder(args);

    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs as a program until it is told to stop; sets the exit code of the process.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (ProcessesHost.Capture(this))
            return;
        using var program = new ConsoleProgram(this, _builder.ApplicationName, _resources);
        Environment.ExitCode = await program.RunAsync(cancellationToken);
    }

    /// <summary>Starts everything and returns when all of it is healthy, or has run to its end with code 0.</summary>
    /// <exception cref="HostingException">Something did not become healthy; the message says what and where its log is.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await LaunchAsync(cancellationToken);
        await WaitForHealthyAsync(cancellationToken);
    }

    /// <summary>Starts everything and returns at once; addresses and passwords are known from here on.</summary>
    public async Task LaunchAsync(CancellationToken cancellationToken = default)
    {
        CommandLine.Check(_resources);
        var wanted = Supervisor.WithNeeds(_resources.Where(resource => CommandLine.Only is [] || CommandLine.Only.Contains(resource.Name)));
        if (wanted.SelectMany(resource => resource.FindMissing(Servers)).ToList() is { Count: > 0 } missing)
            throw new HostingException(string.Join('\n', missing));

        _folder = new DataFolder(DataFolderPath);
        await WaitForEarlierRunAsync(cancellationToken);
        foreach (var parameter in _resources.OfType<ParameterResource>())
            parameter.Resolve(_folder, _builder.Configuration[$"Parameters:{parameter.Name}"] ?? _builder.Configuration[$"Parameters:{parameter.Name.Replace('-', '_')}"]);
        foreach (var resource in _resources)
            foreach (var endpoint in resource.Endpoints)
                endpoint.Ports = [.. Enumerable.Range(0, resource.Replicas).Select(replica => AllocatePort(_folder, resource, endpoint, replica))];

        var run = new RunContext(_folder, _builder.AppHostDirectory, _builder.EnvironmentName, CommandLine["published-folder"],
            durable: CommandLine["no-fsync"] is null, (resource, line) => OnLine(resource, line))
        {
            Servers = Servers,
            Dashboard = _resources.OfType<DashboardResource>().SingleOrDefault(),
        };
        _supervisor = new Supervisor(wanted, run, HealthBound, instance => OnChange(instance));
        _supervisor.StartAll();
    }

    /// <summary>Returns when every resource is healthy or has finished.</summary>
    /// <exception cref="HostingException">One of them cannot become so; all that failed are named with their logs.</exception>
    public async Task WaitForHealthyAsync(CancellationToken cancellationToken = default)
    {
        foreach (var instance in Instances)
            await instance.UntilAsync(i => i.IsUp || i.HasEnded || i.State == ResourceState.Unhealthy, cancellationToken);
        var failed = Instances.Where(instance => !instance.IsUp && instance.State != ResourceState.Finished).Select(instance => instance.Describe()).ToList();
        if (failed.Count > 0)
            throw new HostingException(string.Join('\n', failed));
    }

    /// <summary>Returns when the resource answers its health check; after a pause or restart too.</summary>
    public async Task WaitForHealthyAsync(string resource, CancellationToken cancellationToken = default)
    {
        foreach (var instance in Supervisor.Find(resource))
            while (!await instance.IsHealthyNowAsync(cancellationToken))
            {
                if (instance.HasEnded)
                    throw new HostingException(instance.Describe());
                await Task.Delay(50, cancellationToken);
            }
    }

    /// <summary>Stops everything, dependents before what they depend on.</summary>
    public Task StopAsync() => _supervisor?.StopAllAsync() ?? Task.CompletedTask;

    /// <summary>Stops and starts one resource (or one replica, by its name with the number) without the others.</summary>
    public Task RestartAsync(string resource) => Supervisor.RestartAsync(resource);

    /// <summary>SIGKILL to the resource and everything below it; returns when it is gone. Nothing restarts it.</summary>
    public Task KillAsync(string resource) => EachAsync(resource, async instance =>
    {
        instance.Kill();
        if (instance.HasProcess)
            await instance.UntilAsync(i => i.HasEnded, CancellationToken.None);
    });

    /// <summary>SIGSTOP to the resource and everything below it.</summary>
    public Task PauseAsync(string resource) => EachAsync(resource, instance =>
    {
        instance.Pause();
        return Task.CompletedTask;
    });

    public Task ResumeAsync(string resource) => EachAsync(resource, instance =>
    {
        instance.Resume();
        return Task.CompletedTask;
    });

    public async Task<string> GetConnectionStringAsync(string resource, CancellationToken cancellationToken = default) =>
        (await _resources.OfType<IResourceWithConnectionString>().Single(r => r.Name == resource).ConnectionStringExpression.GetValueAsync(cancellationToken))!;

    /// <summary>The value of a parameter, generated ones included.</summary>
    public async Task<string> GetParameterAsync(string name, CancellationToken cancellationToken = default) =>
        (await _resources.OfType<ParameterResource>().Single(parameter => parameter.Name == name).GetValueAsync(cancellationToken))!;

    public Uri GetEndpoint(string resource, string endpoint = "http", int replica = 0) =>
        new(_resources.Single(r => r.Name == resource).EndpointNamed(endpoint).UrlOf(replica));

    public HttpClient CreateHttpClient(string resource, string endpoint = "http")
    {
        var client = _http.GetRequiredService<IHttpClientFactory>().CreateClient(resource);
        client.BaseAddress = GetEndpoint(resource, endpoint);
        return client;
    }

    /// <summary>The variables of a resource that references everything, and every parameter as <c>Parameters__name</c>.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GetEnvironmentAsync(CancellationToken cancellationToken = default)
    {
        var everything = new ExecutableResource("everything", "", "");
        everything.Variables.Add(context =>
        {
            foreach (var source in _resources.OfType<IResourceWithConnectionString>())
                ResourceBuilderExtensions.AddConnection(context, source, null);
            foreach (var resource in _resources)
                foreach (var endpoint in resource.Endpoints.Where(endpoint => endpoint.Scheme == "http"))
                    ResourceBuilderExtensions.AddService(context, resource, endpoint);
            foreach (var parameter in _resources.OfType<ParameterResource>())
                context.EnvironmentVariables["Parameters__" + parameter.Name.Replace('-', '_')] = parameter;
        });
        return await everything.EnvironmentAsync(cancellationToken);
    }

    /// <summary>Stops everything; a data folder that nobody named is deleted.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _http.DisposeAsync();
        foreach (var instance in _supervisor?.Instances ?? [])
            instance.Dispose();
        if (_folder is not null && _temporary)
            _folder.Delete();
        _folder?.Dispose();
        _folder = null;
    }

    internal void KillAll() => _supervisor?.KillAll();

    /// <summary>After a kill -9 of an earlier AppHost its guards still need some seconds to stop the servers.</summary>
    internal async Task WaitForEarlierRunAsync(CancellationToken cancellationToken)
    {
        var waited = TimeProvider.System.GetTimestamp();
        while (GuardedProcess.GuardsOf(DataFolderPath).ToList() is { Count: > 0 } guards)
        {
            if (TimeProvider.System.GetElapsedTime(waited) > TimeSpan.FromSeconds(60))
                throw new HostingException($"Processes of an earlier run are still there after 60 s: {string.Join(", ", guards)}.");
            await Task.Delay(100, cancellationToken);
        }
    }

    private int AllocatePort(DataFolder folder, Resource resource, EndpointAnnotation endpoint, int replica)
    {
        var isFirst = replica == 0 && endpoint == resource.Endpoints[0];
        var named = isFirst && CommandLine[resource.Name + "-port"] is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : (int?)null;
        return folder.Port($"{resource.Name}.{endpoint.Name}.{replica}", named ?? (replica == 0 ? endpoint.PreferredPort : null), insist: named is not null,
            sentence => OnLine(resource.Name, sentence));
    }

    private Task EachAsync(string resource, Func<ResourceInstance, Task> action) => Task.WhenAll(Supervisor.Find(resource).Select(action));
}

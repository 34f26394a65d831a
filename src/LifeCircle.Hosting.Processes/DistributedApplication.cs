using LifeCircle.Hosting.Processes;
using LifeCircle.Hosting.Processes.Terminal;

namespace Aspire.Hosting;

/// <summary>
/// The resources of an AppHost.cs as processes of this machine. <see cref="Run"/> makes a program of it (table, Ctrl+C, verbs);
/// <see cref="StartAsync"/> and the members below it are for tests: any number side by side, each with its own data folder, ports and
/// passwords.
/// </summary>
public sealed class DistributedApplication : IAsyncDisposable
{
    private readonly bool _isTemporary;
    private DataFolder? _folder;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal DistributedApplication(DistributedApplicationBuilder builder)
    {
        Builder = builder;
        var named = builder.CommandLine["data-folder"];
        _isTemporary = named is null && !builder.IsProgram;
        DataFolderPath = Path.GetFullPath(named ?? (_isTemporary
            ? Path.Combine(Path.GetTempPath(), "lifecircle-" + Path.GetRandomFileName())
            : Path.Combine(builder.Environment.ContentRootPath, "../.data")));
    }

    public string DataFolderPath { get; }

    internal DistributedApplicationBuilder Builder { get; }
    internal IReadOnlyList<ResourceInstance> Instances { get; private set; } = [];
    internal DataFolder Folder => _folder ?? throw new InvalidOperationException("The application has not been started.");
    internal InstalledServers Servers { get; set; } = new();
    internal TimeSpan HealthBound { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>Receives every line of output with the name of its resource.</summary>
    internal Action<string, string> OnLine { get; set; } = (_, _) => { };

    internal Action<ResourceInstance> OnChange { get; set; } = _ => { };

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => new DistributedApplicationBuilder(args);

    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs as a program until it is told to stop; sets the exit code of the process.</summary>
    public async Task RunAsync(CancellationToken cancel = default)
    {
        if (ProcessesHost.Capture(this))
            return;
        using var program = new ConsoleProgram(this, cancel);
        Environment.ExitCode = await program.RunAsync();
    }

    /// <summary>Starts everything and returns when all of it is healthy, or has run to its end with code 0.</summary>
    /// <exception cref="HostingException">Something did not become healthy; the message says what and where its log is.</exception>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        await LaunchAsync(cancel);
        await WaitForHealthyAsync(cancel);
    }

    /// <summary>Starts everything and returns at once; addresses and passwords are known from here on.</summary>
    public async Task LaunchAsync(CancellationToken cancel = default)
    {
        Builder.CommandLine.Check(Builder.Resources);
        var wanted = new List<Resource>();
        foreach (var resource in Builder.Resources.Where(resource => Builder.CommandLine.Only?.Contains(resource.Name) ?? true))
            AddWithNeeds(resource, wanted, []);
        if (wanted.SelectMany(resource => resource.FindMissing(Servers)).ToList() is { Count: > 0 } missing)
            throw new HostingException(string.Join('\n', missing));

        _folder = new DataFolder(DataFolderPath);
        await _folder.WaitForEarlierRunAsync(cancel);
        foreach (var parameter in Builder.Parameters)
            parameter.Resolve(_folder, Builder.Configuration.GetSection("Parameters"));
        foreach (var resource in Builder.Resources)
            foreach (var endpoint in resource.Endpoints)
                endpoint.Ports = [.. Enumerable.Range(0, resource.Replicas).Select(replica => AllocatePort(resource, endpoint, replica))];

        Instances = [.. wanted.SelectMany(resource =>
            Enumerable.Range(0, resource.Replicas).Select(replica => new ResourceInstance(resource, replica, this)))];
        foreach (var instance in Instances)
            instance.Start();
    }

    /// <summary>Returns when every resource is healthy or has finished.</summary>
    /// <exception cref="HostingException">One of them cannot become so; all that failed are named with their logs.</exception>
    public async Task WaitForHealthyAsync(CancellationToken cancel = default)
    {
        await UntilAsync(() => Instances.All(instance => instance.State is not (ResourceState.Waiting or ResourceState.Starting)), cancel);
        if (Instances.Where(instance => !instance.IsWell).Select(instance => instance.Describe()).ToList() is { Count: > 0 } failed)
            throw new HostingException(string.Join('\n', failed));
    }

    /// <summary>Returns when the resource answers its health check; after a pause or restart too.</summary>
    public async Task WaitForHealthyAsync(string resource, CancellationToken cancel = default)
    {
        foreach (var instance in Find(resource))
            while (!await instance.IsHealthyNowAsync(cancel))
                await Task.Delay(50, cancel);
    }

    /// <summary>Stops everything at once, but nothing before those that wait for it have gone.</summary>
    public Task StopAsync() => Task.WhenAll(Instances.Select(async instance =>
    {
        var dependents = Instances.Where(other => other.Resource.Waits.Exists(wait => wait.On == instance.Resource)).ToList();
        await UntilAsync(() => dependents.TrueForAll(dependent => dependent.HasEnded), CancellationToken.None);
        await instance.StopAsync();
    }));

    /// <summary>Stops and starts one resource (or one replica, by its name with the number) without the others.</summary>
    public async Task RestartAsync(string resource)
    {
        await Task.WhenAll(Find(resource).Select(instance => instance.StopAsync()));
        foreach (var instance in Find(resource))
            instance.Start();
    }

    /// <summary>SIGKILL to the resource and everything below it; returns when it is gone. Nothing restarts it.</summary>
    public Task KillAsync(string resource)
    {
        foreach (var instance in Find(resource))
            instance.Kill();
        return UntilAsync(() => Find(resource).All(instance => instance.HasEnded), CancellationToken.None);
    }

    /// <summary>SIGSTOP to the resource and everything below it.</summary>
    public Task PauseAsync(string resource) => Task.WhenAll(Find(resource).Select(instance => instance.SignalAsync("STOP")));

    public Task ResumeAsync(string resource) => Task.WhenAll(Find(resource).Select(instance => instance.SignalAsync("CONT")));

    public Task<string> GetConnectionStringAsync(string resource, CancellationToken cancel = default) =>
        Task.FromResult(Builder.Resources.Single(r => r.Name == resource).ConnectionString
            ?? throw new ArgumentException($"'{resource}' is no server and no database.", nameof(resource)));

    /// <summary>The value of a parameter, generated ones included.</summary>
    public Task<string> GetParameterAsync(string name, CancellationToken cancel = default) =>
        Task.FromResult(Builder.Parameters.Single(parameter => parameter.Name == name).Value);

    public Uri GetEndpoint(string resource, string endpoint = "http", int replica = 0) =>
        new(Builder.Resources.Single(r => r.Name == resource).EndpointNamed(endpoint).UrlOf(replica));

    /// <summary>The variables of a resource that references everything, and every parameter as <c>Parameters__name</c>.</summary>
    public Task<IReadOnlyDictionary<string, string>> GetEnvironmentAsync(CancellationToken cancel = default)
    {
        var variables = new Dictionary<string, string>();
        foreach (var resource in Builder.Resources)
        {
            ResourceBuilderExtensions.AddService(variables, resource);
            if (resource.ConnectionString is { } connectionString)
                variables["ConnectionStrings__" + resource.Name] = connectionString;
        }
        foreach (var parameter in Builder.Parameters)
            variables["Parameters__" + parameter.VariableName] = parameter.Value;
        return Task.FromResult<IReadOnlyDictionary<string, string>>(variables);
    }

    /// <summary>Stops everything; a data folder that nobody named is deleted.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var instance in Instances)
            instance.Dispose();
        if (_isTemporary)
            _folder?.Delete();
        _folder?.Dispose();
        _folder = null;
    }

    /// <summary>The replicas of a resource, or one of them by its own name.</summary>
    internal IReadOnlyList<ResourceInstance> Find(string name) =>
        Instances.Where(instance => instance.Resource.Name == name || instance.Name == name).ToList() is { Count: > 0 } found ? found
            : throw new HostingException(
                $"There is no running resource '{name}'; there are {string.Join(", ", Instances.Select(instance => instance.Name))}.");

    /// <summary>Returns when the condition holds, after any number of changes of any instance.</summary>
    internal async Task UntilAsync(Func<bool> condition, CancellationToken cancel)
    {
        while (true)
        {
            // Taken before the look, so that a change in between is not missed.
            var changed = Volatile.Read(ref _changed).Task;
            if (condition())
                return;
            await changed.WaitAsync(cancel);
        }
    }

    internal void Changed(ResourceInstance instance)
    {
        OnChange(instance);
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    private int AllocatePort(Resource resource, EndpointReference endpoint, int replica)
    {
        var named = replica == 0 && endpoint == resource.Endpoints[0] ? Builder.CommandLine.PortOf(resource) : null;
        return Folder.Port($"{resource.Name}.{endpoint.Name}.{replica}", named ?? (replica == 0 ? endpoint.WishedPort : null),
            insist: named is not null, sentence => OnLine(resource.Name, sentence));
    }

    /// <summary>What a resource waits for comes before it.</summary>
    private static void AddWithNeeds(Resource resource, List<Resource> wanted, string[] path)
    {
        if (path.Contains(resource.Name))
            throw new HostingException($"Resources wait for each other: {string.Join(" -> ", path)} -> {resource.Name}.");
        foreach (var wait in resource.Waits)
            AddWithNeeds(wait.On, wanted, [.. path, resource.Name]);
        if (!wanted.Contains(resource))
            wanted.Add(resource);
    }
}

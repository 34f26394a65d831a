namespace Aspire.Hosting.ApplicationModel;

// Names and shapes are Aspire's, so that one AppHost.cs compiles against both engines; only what an AppHost.cs here needs is there.
public interface IResource
{
    string Name { get; }
}

public interface IResourceWithEnvironment : IResource;

public interface IResourceWithArgs : IResource;

public interface IResourceWithEndpoints : IResource;

public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

public interface IResourceWithWaitSupport : IResource;

public interface IResourceWithConnectionString : IResource;

public interface IResourceBuilder<out T> where T : IResource
{
    T Resource { get; }
    IDistributedApplicationBuilder ApplicationBuilder { get; }
}

internal sealed record ResourceBuilder<T>(T Resource, IDistributedApplicationBuilder ApplicationBuilder) : IResourceBuilder<T>
    where T : IResource;

/// <summary>What must be there before a resource starts: another one that is healthy, or that has run to its end with code 0.</summary>
internal sealed record Wait(Resource On, bool UntilFinished);

/// <summary>Something that starts and stops. What it is told before the start (addresses, values) it reads only when it starts.</summary>
public abstract class Resource(string name) : IResource
{
    public string Name { get; } = name;

    internal List<Wait> Waits { get; } = [];
    internal List<Action<Dictionary<string, string>>> Variables { get; } = [];
    internal List<string> Arguments { get; } = [];
    internal List<EndpointReference> Endpoints { get; } = [];
    internal int Replicas { get; set; } = 1;

    /// <summary>As the client libraries read it, of a server or a database.</summary>
    internal virtual string? ConnectionString => null;

    /// <summary>Asks a replica whether it is healthy; null: running is all that can be known.</summary>
    internal Func<int, CancellationToken, Task<bool>>? Probe { get; set; }

    /// <summary>A message for each thing that must be installed before this resource can start.</summary>
    internal virtual IEnumerable<string> FindMissing(InstalledServers servers) => [];

    /// <summary>The process of one replica, or null where the resource has none of its own (a database).</summary>
    internal abstract Task<LaunchSpec?> PrepareAsync(ResourceInstance instance, CancellationToken cancel);

    internal EndpointReference EndpointNamed(string endpoint) => Endpoints.Find(e => e.Name == endpoint)
        ?? throw new InvalidOperationException($"Resource '{Name}' has no endpoint '{endpoint}'. Add WithHttpEndpoint() before.");
}

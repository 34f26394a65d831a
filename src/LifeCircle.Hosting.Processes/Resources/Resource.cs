using LifeCircle.Hosting.Processes.Running;

namespace Aspire.Hosting.ApplicationModel;

// The marker interfaces and IResourceBuilder carry Aspire's names and shape, so that one AppHost.cs compiles against both engines.
public interface IResource
{
    string Name { get; }
}

public interface IResourceWithEnvironment : IResource;

public interface IResourceWithArgs : IResource;

public interface IResourceWithEndpoints : IResource;

public interface IResourceWithWaitSupport : IResource;

public interface IResourceWithConnectionString : IResource
{
    ReferenceExpression ConnectionStringExpression { get; }

    /// <summary>Parts of the connection, injected by a reference as NAME_PART (for example MESSAGING_HOST).</summary>
    IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties();
}

public interface IResourceBuilder<out T> where T : IResource
{
    T Resource { get; }
    IDistributedApplicationBuilder ApplicationBuilder { get; }
}

internal sealed record ResourceBuilder<T>(T Resource, IDistributedApplicationBuilder ApplicationBuilder) : IResourceBuilder<T>
    where T : IResource;

/// <summary>What <c>WithEnvironment(context => ...)</c> may add to: values are strings or value providers such as endpoints.</summary>
public sealed class EnvironmentCallbackContext
{
    public Dictionary<string, object> EnvironmentVariables { get; } = [];
}

internal enum WaitKind
{
    Start,
    Healthy,
    Completion,
}

internal sealed record Wait(Resource On, WaitKind Kind, int ExitCode = 0);

internal sealed record HttpHealthCheck(string Path, int StatusCode, string? EndpointName);

public abstract class Resource(string name) : IResource
{
    public string Name { get; } = name;

    internal List<Wait> Waits { get; } = [];
    internal List<Action<EnvironmentCallbackContext>> Variables { get; } = [];
    internal List<string> Arguments { get; } = [];
    internal List<EndpointAnnotation> Endpoints { get; } = [];
    internal HttpHealthCheck? HealthCheck { get; set; }
    internal int Replicas { get; set; } = 1;

    /// <summary>False for values such as parameters, which neither start nor stop.</summary>
    internal virtual bool Runs => true;

    internal virtual bool HasHealthCheck => HealthCheck is not null;

    /// <summary>A message per thing that must be installed before this resource can start.</summary>
    internal virtual IEnumerable<string> FindMissing(InstalledServers servers) => [];

    /// <summary>The process of one replica, or null where the resource has none of its own (a database).</summary>
    internal abstract Task<LaunchSpec?> PrepareAsync(RunContext run, int replica, CancellationToken cancellationToken);

    /// <summary>True when the replica answers as a healthy one does.</summary>
    internal virtual Task<bool> ProbeAsync(RunContext run, int replica, CancellationToken cancellationToken) =>
        HealthCheck is not { } check ? Task.FromResult(true)
            : Probes.HttpAsync(new Uri(EndpointNamed(check.EndpointName ?? "http").UrlOf(replica) + check.Path), check.StatusCode, cancellationToken);

    internal EndpointAnnotation EndpointNamed(string endpoint) => Endpoints.Find(e => e.Name == endpoint)
        ?? throw new InvalidOperationException($"Resource '{Name}' has no endpoint '{endpoint}'. Add WithHttpEndpoint().");

    internal async Task<Dictionary<string, string>> EnvironmentAsync(CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext();
        Variables.ForEach(add => add(context));
        var values = new Dictionary<string, string>();
        foreach (var (variable, value) in context.EnvironmentVariables)
            values[variable] = (value is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) : value.ToString()) ?? "";
        return values;
    }
}

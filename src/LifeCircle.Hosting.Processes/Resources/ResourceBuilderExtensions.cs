using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

/// <summary>The members of Aspire's builder that an AppHost.cs may use here; each does what Aspire's does in run mode.</summary>
public static class ResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, string name, string projectPath, string? launchProfileName = null) =>
        launchProfileName is null ? builder.AddResource(new ProjectResource(name, projectPath))
            : throw new NotSupportedException("The processes engine reads no launch profiles; pass launchProfileName: null.");

    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args) =>
        builder.AddResource(new ExecutableResource(name, command, Path.GetFullPath(Path.Combine(builder.AppHostDirectory, workingDirectory))))
            .WithArgs(args ?? []);

    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args) where T : IResourceWithArgs =>
        builder.Change(resource => resource.Arguments.AddRange(args));

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value) where T : IResourceWithEnvironment =>
        builder.WithEnvironment(context => context.EnvironmentVariables[name] = value ?? "");

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = endpointReference);

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = value);

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = parameter.Resource);

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, Action<EnvironmentCallbackContext> callback)
        where T : IResourceWithEnvironment => builder.Change(resource => resource.Variables.Add(callback));

    /// <summary>Injects <c>ConnectionStrings__name</c> and the parts of the connection as <c>NAME_HOST</c>, <c>NAME_PORT</c> and so on.</summary>
    public static IResourceBuilder<T> WithReference<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => AddConnection(context, source.Resource, connectionName));

    /// <summary>Injects <c>services__name__endpoint__0</c> (one for each replica) and <c>NAME_ENDPOINT</c>.</summary>
    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context =>
            ((Resource)source.Resource).Endpoints.ForEach(endpoint => AddService(context, source.Resource, endpoint)));

    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, EndpointReference endpointReference)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => AddService(context, endpointReference.Resource, endpointReference.Annotation));

    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, string name, Uri uri) where T : IResourceWithEnvironment =>
        builder.WithEnvironment($"services__{name}__default__0", uri.ToString());

    /// <summary>Starts only when the dependency is running and, where it has a health check, healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.AddWait(dependency, WaitKind.Healthy);

    public static IResourceBuilder<T> WaitForStart<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.AddWait(dependency, WaitKind.Start);

    /// <summary>Starts only when the dependency has run to its end with this exit code.</summary>
    public static IResourceBuilder<T> WaitForCompletion<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, int exitCode = 0)
        where T : IResourceWithWaitSupport => builder.AddWait(dependency, WaitKind.Completion, exitCode);

    /// <summary>Healthy means: GET of this path answers with this status (200 by default).</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null) where T : IResourceWithEndpoints =>
        builder.Change(resource => resource.HealthCheck = new HttpHealthCheck(path ?? "/", statusCode ?? 200, endpointName));

    /// <param name="builder">The resource.</param>
    /// <param name="port">The wished port; another is taken, and said, where it is in use.</param>
    /// <param name="targetPort">As port: there is no proxy in between.</param>
    /// <param name="name">"http" where not given.</param>
    /// <param name="env">A variable that receives the port.</param>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null) where T : IResourceWithEndpoints =>
        builder.Change(resource => resource.Endpoints.Add(new EndpointAnnotation(name ?? "http", "http", port ?? targetPort, env)));

    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder) where T : IResourceWithEndpoints =>
        builder.Change(resource => resource.Endpoints.ForEach(endpoint => endpoint.External = true));

    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas) =>
        builder.Change(resource => resource.Replicas = replicas);

    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name) where T : IResourceWithEndpoints => new(builder.Resource, name);

    internal static IResourceBuilder<T> Change<T>(this IResourceBuilder<T> builder, Action<Resource> change) where T : IResource
    {
        change((Resource)(IResource)builder.Resource);
        return builder;
    }

    internal static void AddConnection(EnvironmentCallbackContext context, IResourceWithConnectionString source, string? connectionName)
    {
        var name = connectionName ?? source.Name;
        context.EnvironmentVariables[$"ConnectionStrings__{name}"] = source.ConnectionStringExpression;
        foreach (var (part, value) in source.GetConnectionProperties())
            context.EnvironmentVariables[$"{VariableName(name)}_{part}"] = value;
    }

    internal static void AddService(EnvironmentCallbackContext context, IResource source, EndpointAnnotation endpoint)
    {
        for (var replica = 0; replica < endpoint.Ports.Count; replica++)
            context.EnvironmentVariables[string.Create(CultureInfo.InvariantCulture, $"services__{source.Name}__{endpoint.Name}__{replica}")] = endpoint.UrlOf(replica);
        context.EnvironmentVariables[$"{VariableName(source.Name)}_{VariableName(endpoint.Name)}"] = endpoint.UrlOf(0);
    }

    internal static string VariableName(string name) => name.ToUpperInvariant().Replace('-', '_');

    private static IResourceBuilder<T> AddWait<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, WaitKind kind, int exitCode = 0)
        where T : IResource => builder.Change(resource => resource.Waits.Add(new Wait((Resource)dependency.Resource, kind, exitCode)));
}

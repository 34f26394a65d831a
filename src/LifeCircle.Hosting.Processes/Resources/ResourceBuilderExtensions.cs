namespace Aspire.Hosting;

/// <summary>The members of Aspire's builder that an AppHost.cs may use here; each does what Aspire's does in run mode.</summary>
public static class ResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, string name, string projectPath, string? launchProfileName) =>
        launchProfileName is null ? builder.AddResource(new ProjectResource(name, projectPath))
            : throw new NotSupportedException("The processes engine reads no launch profiles; pass launchProfileName: null.");

    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[] args) =>
        builder.AddResource(new ExecutableResource(name, command, workingDirectory)).WithArgs(args);

    public static IResourceBuilder<PostgresServerResource> AddPostgres(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddResource(new PostgresServerResource(name, builder.AddPassword(name)));

    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(
        this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null) =>
        builder.ApplicationBuilder.AddResource(new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource)).WaitFor(builder);

    public static IResourceBuilder<RabbitMQServerResource> AddRabbitMQ(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddResource(new RabbitMQServerResource(name, builder.AddPassword(name)));

    /// <summary>Adds the HTTP API as endpoint "management"; it costs some seconds at start.</summary>
    public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(this IResourceBuilder<RabbitMQServerResource> builder) =>
        builder.Change(server => server.Endpoints.Add(new EndpointReference("management", "http")));

    public static IResourceBuilder<RedisResource> AddRedis(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddResource(new RedisResource(name, builder.AddPassword(name)));

    /// <summary>A setting without a default; but a secret is generated the first time and remembered.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        secret ? builder.AddParameter(name, new GenerateParameterDefault { MinLength = 22, Special = false }, secret, persist: true)
            : builder.AddResource(new ParameterResource(name, _ => null));

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value) =>
        builder.AddResource(new ParameterResource(name, _ => value));

    /// <summary>A value generated the first time and remembered: that it is secret and persists goes without saying here.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, GenerateParameterDefault value, bool secret, bool persist) =>
        builder.AddResource(new ParameterResource(name, folder => folder.Remember(name, value.Generate)));

    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args) where T : IResourceWithArgs =>
        builder.Change(resource => resource.Arguments.AddRange(args));

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.WithVariables(variables => variables[name] = value ?? "");

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference)
        where T : IResourceWithEnvironment => builder.WithVariables(variables => variables[name] = endpointReference.UrlOf(0));

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithEnvironment => builder.WithVariables(variables => variables[name] = value.Value);

    public static IResourceBuilder<T> WithEnvironment<T>(
        this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.WithVariables(variables => variables[name] = parameter.Resource.Value);

    /// <summary>Injects <c>ConnectionStrings__name</c>.</summary>
    public static IResourceBuilder<T> WithReference<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null)
        where T : IResourceWithEnvironment =>
        builder.WithVariables(variables =>
            variables[$"ConnectionStrings__{connectionName ?? source.Resource.Name}"] = ((Resource)source.Resource).ConnectionString!);

    /// <summary>Injects <c>services__name__endpoint__0</c>, one for each replica.</summary>
    public static IResourceBuilder<T> WithReference<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where T : IResourceWithEnvironment => builder.WithVariables(variables => AddService(variables, (Resource)source.Resource));

    /// <summary>Starts only when the dependency is running and, where it has a health check, healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport =>
        builder.Change(resource => resource.Waits.Add(new Wait((Resource)dependency.Resource, UntilFinished: false)));

    /// <summary>Starts only when the dependency has run to its end with code 0.</summary>
    public static IResourceBuilder<T> WaitForCompletion<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport =>
        builder.Change(resource => resource.Waits.Add(new Wait((Resource)dependency.Resource, UntilFinished: true)));

    /// <summary>Healthy means: GET of this path answers with 200.</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string path)
        where T : IResourceWithEndpoints => builder.Change(resource =>
            resource.Probe = (replica, cancel) => Probes.HttpAsync(resource.EndpointNamed("http").UrlOf(replica) + path, cancel));

    /// <param name="builder">The resource.</param>
    /// <param name="port">The wished port; another is taken, and said, where it is in use.</param>
    /// <param name="name">What it is called in references.</param>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, string name = "http")
        where T : IResourceWithEndpoints => builder.Change(resource => resource.Endpoints.Add(new EndpointReference(name, "http", port)));

    /// <summary>Changes nothing: everything listens on the loopback interface and is in the table.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints => builder;

    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas) =>
        builder.Change(resource => resource.Replicas = replicas);

    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name) where T : IResourceWithEndpoints =>
        ((Resource)(IResource)builder.Resource).EndpointNamed(name);

    internal static void AddService(Dictionary<string, string> variables, Resource source)
    {
        foreach (var endpoint in source.Endpoints.Where(endpoint => endpoint.Scheme == "http"))
            for (var replica = 0; replica < endpoint.Ports.Count; replica++)
                variables[$"services__{source.Name}__{endpoint.Name}__{replica}"] = endpoint.UrlOf(replica);
    }

    private static ParameterResource AddPassword(this IDistributedApplicationBuilder builder, string server) =>
        builder.AddParameter(server + "-password", secret: true).Resource;

    private static IResourceBuilder<T> WithVariables<T>(this IResourceBuilder<T> builder, Action<Dictionary<string, string>> add)
        where T : IResource => builder.Change(resource => resource.Variables.Add(add));

    private static IResourceBuilder<T> Change<T>(this IResourceBuilder<T> builder, Action<Resource> change) where T : IResource
    {
        change((Resource)(IResource)builder.Resource);
        return builder;
    }
}

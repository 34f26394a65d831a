using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What an AppHost.cs can add besides projects and executables.</summary>
public static class AddResourceExtensions
{
    /// <summary>A setting from <c>Parameters:name</c>; a secret without a value is generated and remembered.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, secret ? Password : null, secret, remember: true));

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, new ConstantDefault(value), secret, remember: false));

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false) =>
        builder.AddResource(new ParameterResource(name, value, secret, persist || value is GenerateParameterDefault));

    private static GenerateParameterDefault Password => new() { MinLength = 22, Special = false };

    private sealed class ConstantDefault(string value) : ParameterDefault
    {
        public override string GetDefaultValue() => value;
    }

    public static IResourceBuilder<PostgresServerResource> AddPostgres(this IDistributedApplicationBuilder builder, string name,
        IResourceBuilder<ParameterResource>? userName = null, IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        if (userName is not null)
            throw new NotSupportedException("The processes engine starts PostgreSQL with the user 'postgres'.");
        var server = new PostgresServerResource(name, (password ?? builder.AddParameter(name + "-password", secret: true)).Resource);
        server.Endpoints[0].PreferredPort = port;
        return builder.AddResource(server);
    }

    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null) =>
        builder.ApplicationBuilder.AddResource(new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource));

    public static IResourceBuilder<RabbitMQServerResource> AddRabbitMQ(this IDistributedApplicationBuilder builder, string name,
        IResourceBuilder<ParameterResource>? userName = null, IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        if (userName is not null)
            throw new NotSupportedException("The processes engine starts RabbitMQ with the user 'guest'.");
        var server = new RabbitMQServerResource(name, (password ?? builder.AddParameter(name + "-password", secret: true)).Resource);
        server.Endpoints[0].PreferredPort = port;
        return builder.AddResource(server);
    }

    /// <summary>Adds the HTTP API as endpoint "management"; it costs some seconds at start.</summary>
    public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(this IResourceBuilder<RabbitMQServerResource> builder, int? port = null) =>
        builder.Change(server => server.Endpoints.Add(new EndpointAnnotation("management", "http", port, null)));

    public static IResourceBuilder<RedisResource> AddRedis(this IDistributedApplicationBuilder builder, string name, int? port = null,
        IResourceBuilder<ParameterResource>? password = null)
    {
        var server = new RedisResource(name, (password ?? builder.AddParameter(name + "-password", secret: true)).Resource);
        server.Endpoints[0].PreferredPort = port;
        return builder.AddResource(server);
    }
}

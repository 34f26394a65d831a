// What only containers and publishing need; compiled under the aspire engine alone.

internal sealed partial class Program
{
    static partial void PrepareContainers(IDistributedApplicationBuilder builder, IResourceBuilder<PostgresServerResource> postgres,
        IResourceBuilder<RabbitMQServerResource> messaging, IResourceBuilder<RedisResource> cache,
        IResourceBuilder<ProjectResource> gateway, IResourceBuilder<ProjectResource>[] services)
    {
        postgres.WithImage("postgis/postgis", "17-3.5").WithDataVolume("lifecircle-postgres");
        // The management API shows queues and dead letters to operations staff.
        messaging.WithManagementPlugin().WithDataVolume("lifecircle-messaging");

        if (builder.ExecutionContext.IsRunMode)
            return;

        builder.AddDockerComposeEnvironment("compose");
        builder.AddKubernetesEnvironment("kubernetes");

        // Inside a cluster the gateway's endpoint is an inner name; clients know the district by its public one.
        var publicAddress = builder.AddParameter("public-address");
        foreach (var service in (IResourceBuilder<ProjectResource>[])[gateway, .. services])
            service.WithEnvironment("Authentication__Issuer", publicAddress);
    }
}

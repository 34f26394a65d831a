// What only containers and publishing need; compiled under the aspire engine alone.

internal sealed partial class Program
{
    static partial void PrepareContainers(IDistributedApplicationBuilder builder, IResourceBuilder<PostgresServerResource> postgres,
        IResourceBuilder<RabbitMQServerResource> messaging, IResourceBuilder<RedisResource> cache,
        IResourceBuilder<ProjectResource> gateway, IResourceBuilder<ProjectResource>[] services)
    {
        // Every replica of a service may hold 60 connections.
        postgres.WithImage("postgis/postgis", "17-3.5").WithArgs("-c", "max_connections=300").WithDataVolume("lifecircle-postgres");
        // The management API shows queues and dead letters to operations staff.
        messaging.WithManagementPlugin().WithDataVolume("lifecircle-messaging");

        if (builder.ExecutionContext.IsRunMode)
            return;

        IResourceBuilder<ProjectResource>[] programs = [gateway, .. services];
        // One of the two: with both, a resource would not know where it goes. aspire publish -- --publish-to=kubernetes
        if (builder.Configuration["publish-to"] == "kubernetes")
        {
            builder.AddKubernetesEnvironment("kubernetes");
        }
        else
        {
            builder.AddDockerComposeEnvironment("compose");
            // A program that is told to stop drains and finishes what it began; compose would kill it after ten seconds. Kubernetes waits for 30 s by itself.
            foreach (var program in programs) program.PublishAsDockerComposeService((_, service) => service.StopGracePeriod = "30s");
        }

        // Behind an ingress all clients would otherwise be one address, and share one quota: its networks, as 10.0.0.0/8,192.168.0.0/16.
        gateway.WithEnvironment("Forwarding__TrustedNetworks", builder.AddParameter("trusted-proxies", "", publishValueAsDefault: true));

        // Inside a cluster the gateway's endpoint is an inner name; clients know the district by its public one.
        var publicAddress = builder.AddParameter("public-address");
        foreach (var program in programs) program.WithEnvironment("Authentication__Issuer", publicAddress);
    }
}

using LifeCircle.Gateway.Limits;
using Yarp.ReverseProxy.Configuration;

namespace LifeCircle.Gateway.Proxying;

/// <summary>
/// What is the same for every service, so that the configuration of a new one is a route and an address: which replicas are asked, and how
/// long their silence is suffered.
/// </summary>
internal sealed class ServiceRoutes(ClientLimits limits) : IProxyConfigFilter
{
    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel) => new(cluster with
    {
        HttpRequest = cluster.HttpRequest ?? new()
        {
            Version = System.Net.HttpVersion.Version11,
            // The route's Timeout bounds the whole request; this one bounds only silence, also within a long upload.
            ActivityTimeout = TimeSpan.FromMinutes(5),
        },
        HealthCheck = cluster.HealthCheck ?? new()
        {
            // If no replica is healthy, all are asked: a service that is not ready says best itself why.
            AvailableDestinationsPolicy = "HealthyOrPanic",
            Active = new()
            {
                Enabled = true,
                Path = "/health/ready",
                Interval = TimeSpan.FromSeconds(2), // twice unready is out: before a replica that leaves has left (DrainingOptions)
                Timeout = TimeSpan.FromSeconds(1), // one that hangs must not hold up what is learned of the others
            },
            Passive = new() { Enabled = true, ReactivationPeriod = TimeSpan.FromSeconds(5) },
        },
    });

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) =>
        route.Metadata is { } metadata && metadata.TryGetValue("Lane", out var lane) && !limits.HasLane(lane)
            ? throw new InvalidOperationException(
                $"The route '{route.RouteId}' takes the lane '{lane}', which Gateway:Lanes does not have.")
            : new(route);
}

using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Transforms;

namespace LifeCircle.Gateway.Proxying;

public static class ProxyRegistration
{
    /// <summary>The proxy, with the routes of the section <c>ReverseProxy</c> and the addresses of service discovery.</summary>
    public static void AddProxying(this WebApplicationBuilder builder)
    {
        // A line ends with CR LF and nothing else; servers disagree about the rest.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        // Strangers wait here, not services: less patience than ServiceDefaults has.
        builder.Services.PostConfigure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 64;
        });
        builder.Services.Configure<TransportFailureRateHealthPolicyOptions>(passive =>
        {
            passive.DetectionWindowSize = TimeSpan.FromSeconds(10);
            passive.MinimalTotalCountThreshold = 3;
        });
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddConfigFilter<ServiceRoutes>()
            .AddServiceDiscoveryDestinationResolver()
            .ConfigureHttpClient((_, handler) =>
            {
                handler.ConnectTimeout = TimeSpan.FromSeconds(2);
                handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5); // before a service that leaves closes it (DrainingOptions)
            })
            .AddTransforms(transforms =>
            {
                // Set afresh; what a client sent under these names is gone already.
                transforms.AddXForwarded(ForwardedTransformActions.Off);
                transforms.AddXForwardedFor("X-Forwarded-For", ForwardedTransformActions.Set);
                transforms.AddXForwardedProto("X-Forwarded-Proto", ForwardedTransformActions.Set);
                transforms.AddResponseHeaderRemove("Server", ResponseCondition.Always);
            });
    }

    public static void MapProxying(this WebApplication app) => app.MapReverseProxy(proxy =>
    {
        proxy.Use(ProxyFailures.HandleAsync);
        proxy.UseLoadBalancing();
        proxy.UsePassiveHealthChecks();
    }).ConfigureEndpoints((endpoint, route) =>
    {
        endpoint.AllowAnonymous(); // the services let in and keep out
        if (route.Match.Path?.StartsWith("/oauth/", StringComparison.Ordinal) ?? false) endpoint.WithMetadata(ErrorFormat.OAuth);
    });
}

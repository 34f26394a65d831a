using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;

namespace LifeCircle.ServiceDefaults;

/// <summary>What every service of the district has in common, one file a concern.</summary>
public static class ServiceDefaults
{
    /// <summary>Adds all concerns to a service.</summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="service">The service's name: first segment of its paths, name of its meter and of its API document.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string service)
    {
        builder.Services.AddSingleton(new ServiceName(service));
        builder.Services.TryAddSingleton(TimeProvider.System);
        // A replica that is told to stop drains, and finishes what it began; the AppHost and Kubernetes wait longer than this.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));

        builder.AddTelemetry(service);
        builder.AddHealth();
        builder.AddDraining();
        builder.AddJson();
        builder.AddProblems();
        builder.AddAuthentication();
        builder.AddForwarding();
        builder.AddLimits();
        builder.AddApiDocument(service);

        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            // What changes something is repeated only by those who know that it may be.
            http.AddStandardResilienceHandler(resilience => resilience.Retry.DisableForUnsafeHttpMethods());
            http.AddServiceDiscovery();
        });
        return builder;
    }

    /// <summary>Puts the concerns into the request pipeline, outermost first. Call it before the routes are mapped.</summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        app.UseDraining();
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseProblems();
        app.UseHeadRequests();
        app.UseRouting();
        app.UseLimits();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseQueryValues();
        app.UseIdempotency();

        app.MapHealth();
        app.MapApiDocument();
        return app;
    }
}

/// <summary>The name of the running service, e.g. <c>facilities</c>.</summary>
/// <param name="Value">Lower case, as in its paths.</param>
public sealed record ServiceName(string Value);

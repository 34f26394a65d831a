using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace LifeCircle.Testing;

/// <summary>What must hold for the routes of every service.</summary>
public static class RouteCheck
{
    /// <summary>Fails for a route that declares neither a scope nor that it is for everybody.</summary>
    /// <param name="services">Of the running service.</param>
    public static void EveryRouteSaysWhoMayCallIt(IServiceProvider services) =>
        Assert.True(Undeclared(services) is [], $"These routes declare no scope: {string.Join(", ", Undeclared(services))}");

    internal static IReadOnlyList<string> Undeclared(IServiceProvider services) =>
    [
        .. services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<ScopeRequirement>() is null && route.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Select(route => $"{string.Join('|', route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])} {route.RoutePattern.RawText}"),
    ];
}

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// A service does not start, anywhere, with a route that does not say who may call it. Such a route would answer nobody, which is safe and of
/// no use; one that says two things would answer everybody, because AllowAnonymous outweighs every scope.
/// </summary>
internal sealed class DeclaredRoutes : IStartupFilter
{
    // After the whole pipeline, which is where the routes come together, and before the server listens.
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        var routes = app.ApplicationServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        string[] faults = [.. routes.Select(Fault).OfType<string>()];
        if (faults is not []) throw new InvalidOperationException(
            $"Every route says who may call it, with RequireScope or AllowAnonymous. {string.Join(" ", faults)}");
    };

    private static string? Fault(RouteEndpoint route)
    {
        var isForEverybody = route.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        var scopes = route.Metadata.GetOrderedMetadata<ScopeRequirement>();
        var name = $"{string.Join('|', route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])} {route.RoutePattern.RawText}".Trim();
        return (isForEverybody, scopes) switch
        {
            (false, []) => $"{name} says neither.",
            (true, not []) => $"{name} says both, so it would be for everybody.",
            // The API document and the answer to a token without them name one.
            (_, [_, _, ..]) => $"{name} asks for more than one scope: {string.Join(' ', scopes.Select(scope => scope.Scope))}.",
            _ => null,
        };
    }
}

using Scalar.AspNetCore;

namespace LifeCircle.Gateway.Reference;

/// <summary>The API documents of all services in one page for people, served whole from here: it asks no other host for anything.</summary>
internal static class ApiReference
{
    private const string Path = "/reference";

    public static void MapApiReference(this WebApplication app)
    {
        app.MapGet("/", () => TypedResults.Redirect($"{Path}/")).AllowAnonymous();
        var services = app.Configuration.GetSection("ReverseProxy:Clusters").GetChildren().Select(cluster => cluster.Key).ToArray();
        app.MapScalarApiReference(Path, options =>
        {
            options.Title = "LifeCircle";
            options.DynamicNonce = true;
            options.DefaultFonts = false;
            options.Telemetry = false;
            options.HideClientButton = true;
            options.Agent = new ScalarAgentOptions { Disabled = true };
            options.Mcp = new ScalarMcpOptions { Disabled = true };
            foreach (var service in services)
                options.AddDocument(service, $"{char.ToUpperInvariant(service[0])}{service[1..]}", $"/{service}/openapi/v1.json");
        }).AddEndpointFilter((invocation, next) => invocation.HttpContext.GetRouteValue("documentName") is null
            ? next(invocation)
            : new(TypedResults.NotFound())) // the page itself chooses among the documents
            .AllowAnonymous();
    }

    /// <summary>
    /// Lets the page run under a policy that the API's answers do not need. Call it before the security headers: the first to come has the
    /// last word.
    /// </summary>
    public static void UseApiReferencePolicy(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments(Path))
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.ContentSecurityPolicy = PolicyFor(context.Items[ScalarOptions.NonceHttpContextItemKey] as string);
                return Task.CompletedTask;
            });
        return next(context);
    });

    // The page's own scripts, styles that they write into it, and the services behind this gateway: nothing else.
    private static string PolicyFor(string? nonce) => "default-src 'none'; "
        + $"script-src 'self'{(nonce is null ? "" : $" 'nonce-{nonce}'")}; "
        + "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
        + "worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

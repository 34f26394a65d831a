using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it can serve, which means its database, and is not about to stop; not the
/// broker, because the outbox keeps what the broker cannot take.
/// </summary>
public static class Health
{
    /// <summary>Tag of the checks that decide readiness.</summary>
    public const string Ready = "ready";

    public static void AddHealth(this IHostApplicationBuilder builder) => builder.Services.AddHealthChecks();

    public static void MapHealth(this WebApplication app)
    {
        Map("/health/live", _ => false);
        Map("/health/ready", check => check.Tags.Contains(Ready));

        // The checks are looked up by the request, not here: a verb such as migrate runs without the servers that they look at.
        void Map(string path, Func<HealthCheckRegistration, bool> applies) => app
            .MapGet(path, async (HealthCheckService checks, CancellationToken ct) =>
            {
                var status = (await checks.CheckHealthAsync(applies, ct)).Status;
                return TypedResults.Text(
                    $"{status}", statusCode: status is HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
            })
            .AllowAnonymous()
            .DisableHttpMetrics()
            .ExcludeFromDescription();
    }
}

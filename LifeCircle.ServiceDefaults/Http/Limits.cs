using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LifeCircle.ServiceDefaults;

/// <summary>What one process takes on, from the section <c>Limits</c>.</summary>
public sealed class LimitOptions
{
    /// <summary>Largest request body in bytes, unless an endpoint says otherwise.</summary>
    public long BodyBytes { get; set; } = 256 * 1024;

    /// <summary>Requests worked on at a time; more wait in a short queue.</summary>
    public int Concurrency { get; set; } = 256;

    /// <summary>Requests that may wait; more are answered 503 at once, so that a client hears it while it still cares.</summary>
    public int Queue { get; set; } = 256;

    /// <summary>Seconds until an answer is given up with 504.</summary>
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Open connections of the process.</summary>
    public int Connections { get; set; } = 10_000;
}

/// <summary>Bounds on size, time and number, so that overload ends in quick refusals and not in a dead process.</summary>
public static class Limits
{
    public static void AddLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LimitOptions>().BindConfiguration("Limits")
            .Validate(limits => limits is { BodyBytes: > 0, Concurrency: > 0, Queue: >= 0, TimeoutSeconds: > 0, Connections: > 0 },
                "Limits: every value must be positive.")
            .ValidateOnStart();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitOptions>>((kestrel, limits) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = limits.Value.BodyBytes;
            kestrel.Limits.MaxConcurrentConnections = limits.Value.Connections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(90);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        });
        builder.Services.AddRequestTimeouts();
        builder.Services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<LimitOptions>>((timeouts, limits) =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy
            {
                Timeout = TimeSpan.FromSeconds(limits.Value.TimeoutSeconds),
                TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
            });
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<LimitOptions>>((limiter, limits) =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
            limiter.OnRejected = (rejected, _) => new(Problems.WriteAsync(rejected.HttpContext, Problems.Unavailable, retryAfter: 2));
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                context.Request.Path.StartsWithSegments("/health")
                    ? RateLimitPartition.GetNoLimiter("health")
                    : RateLimitPartition.GetConcurrencyLimiter("all", _ => new ConcurrencyLimiterOptions
                    {
                        PermitLimit = limits.Value.Concurrency,
                        QueueLimit = limits.Value.Queue,
                        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
                    }));
        });
    }

    public static void UseLimits(this WebApplication app)
    {
        app.UseRateLimiter();
        app.UseRequestTimeouts();
    }
}

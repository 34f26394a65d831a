using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace LifeCircle.ServiceDefaults;

/// <summary>What one process takes on, from the section <c>Limits</c>.</summary>
public sealed class LimitOptions
{
    /// <summary>Largest request body in bytes, unless an endpoint says otherwise.</summary>
    public long BodyBytes { get; set; } = 256 * 1024;

    /// <summary>Requests worked on at a time, about as many as there are database connections; more wait in a short queue.</summary>
    public int Concurrency { get; set; } = 64;

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
    }

    public static void UseLimits(this WebApplication app)
    {
        app.UseRequestTimeouts(); // around the queue: waiting is a part of the answer's time
        app.Use(Admit(app.Services.GetRequiredService<IOptions<LimitOptions>>().Value));
        app.Use(RefuseEncodedBodies);
        app.Use(RefuseUnknownCharsets);
    }

    // Not the framework's rate limiter: it ends a request that times out in its queue with an empty 200.
    private static Func<HttpContext, RequestDelegate, Task> Admit(LimitOptions limits)
    {
        var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = limits.Concurrency, QueueLimit = limits.Queue });
        return async (context, next) =>
        {
            // What services need of each other in order to judge tokens must not wait behind those who ask with them.
            if (context.Request.Path.StartsWithSegments("/health") || context.Request.Path.StartsWithSegments("/internal"))
            {
                await next(context);
                return;
            }
            using var place = await limiter.AcquireAsync(1, context.RequestAborted);
            if (place.IsAcquired) await next(context);
            else await Problems.WriteAsync(context, Problems.Unavailable, retryAfter: 2);
        };
    }

    // Nothing here unpacks bodies, so none can blow up; and its sender hears why it was not understood (RFC 9110 section 15.5.16).
    private static Task RefuseEncodedBodies(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers.ContentEncoding is [] or ["identity"]) return next(context);
        context.Response.Headers.AcceptEncoding = "identity";
        return Problems.WriteAsync(context, Problems.UnsupportedMediaType,
            Language.Choose("The body must not be compressed.", "请求正文不得压缩。"));
    }

    // To the framework a charset of JSON that it does not know is a failure of the service, and so is a quoted one, which is right (RFC 9110 section 8.3.2).
    private static Task RefuseUnknownCharsets(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.HasJsonContentType() || !MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !type.Charset.HasValue)
            return next(context);
        var charset = HeaderUtilities.RemoveQuotes(type.Charset);
        try
        {
            Encoding.GetEncoding(charset.ToString());
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return Problems.WriteAsync(context, Problems.UnsupportedMediaType,
                Language.Choose("The charset is not known; JSON is UTF-8.", "未知字符集；JSON 应为 UTF-8。"));
        }
        if (charset != type.Charset)
        {
            type.Charset = charset;
            context.Request.ContentType = type.ToString();
        }
        return next(context);
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace LifeCircle.Gateway.Tests.Bed;

/// <summary>What a service saw of a request.</summary>
public sealed record Seen(string Method, string Target, IHeaderDictionary Headers, string? RemoteAddress)
{
    public TaskCompletionSource Aborted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A small program in the place of a service, on a loopback port of its own.</summary>
public sealed class StandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _firstBytes = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StandIn(string name, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        _app = builder.Build();
        _app.Urls.Add($"http://127.0.0.1:{port}");
        _app.Use(RecordAsync);
        _app.Map("/health/ready", () => Results.StatusCode(IsReady ? 200 : 503));
        _app.Map($"/{name}/echo/{{**rest}}", (HttpRequest request) => Results.Text(name + " " + request.Method));
        _app.Map("/oauth/{**rest}", () => Results.Text(name));
        _app.Map("/.well-known/{**rest}", () => Results.Text(name));
        _app.MapGet($"/{name}/openapi/v1.json", () => Results.Json(new { openapi = "3.1.1" }));
        _app.Map($"/{name}/status/{{status:int}}", (int status) => Results.StatusCode(status));
        _app.Map($"/{name}/slow", async (HttpContext context) => await Task.Delay(Timeout.Infinite, context.RequestAborted));
        _app.Map($"/{name}/broken", (HttpContext context) => context.Abort());
        _app.Map($"/{name}/half", async (HttpContext context) =>
        {
            await context.Response.WriteAsync(new string('h', 200_000));
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        _app.MapPost($"/{name}/v1/imports", CountAsync);
        _app.MapPost($"/{name}/count", CountAsync);
    }

    public ConcurrentQueue<Seen> Requests { get; } = new();

    public bool IsReady { get; set; } = true;

    /// <summary>When the first bytes of an upload have come.</summary>
    public Task FirstBytes => _firstBytes.Task;

    public Uri Address => new(_app.Urls.Single());

    public Seen Last => Requests.Last();

    public static async Task<StandIn> StartAsync(string name, int port = 0)
    {
        var standIn = new StandIn(name, port);
        await standIn._app.StartAsync();
        return standIn;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task RecordAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments("/health"))
        {
            await next(context);
            return;
        }
        var seen = new Seen(context.Request.Method, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            new HeaderDictionary(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase)),
            context.Connection.RemoteIpAddress?.ToString());
        Requests.Enqueue(seen);
        context.RequestAborted.Register(() => seen.Aborted.TrySetResult());
        await next(context);
    }

    private async Task<IResult> CountAsync(HttpRequest request)
    {
        var buffer = new byte[64 * 1024];
        long total = 0;
        int read;
        while ((read = await request.Body.ReadAsync(buffer)) > 0)
        {
            total += read;
            _firstBytes.TrySetResult();
        }
        return Results.Text(total.ToString(CultureInfo.InvariantCulture));
    }
}

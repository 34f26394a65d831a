using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LifeCircle.Operators.Tests.Webhooks;

/// <summary>What a receiver was sent.</summary>
internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, string Body, string Protocol)
{
    public string Id => Headers["webhook-id"];

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    public JsonElement Data => Json.GetProperty("data");

    public long Version => Data.GetProperty("version").GetInt64();
}

/// <summary>A real server that webhooks are delivered to. Every path is a receiver of its own; it answers 204 unless told otherwise.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<Received> _received = new();
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new();

    private Receiver(WebApplication server) => _server = server;

    public string Address => _server.Urls.Single();

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MinResponseDataRate = null);
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var receiver = new Receiver(server);
        server.Run(receiver.TakeAsync);
        await server.StartAsync();
        return receiver;
    }

    public string Url(string path) => $"{Address}{path}";

    /// <summary>What a path has had, in the order of its coming.</summary>
    public Received[] At(string path) => [.. _received.Where(received => received.Path == path)];

    /// <summary>Makes a path answer in its own way.</summary>
    public void On(string path, RequestDelegate answer) => _answers[path] = answer;

    public void On(string path, int status) => On(path, context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    /// <summary>Waits until a path has had so many.</summary>
    public async Task<Received[]> HasAsync(string path, int count, int seconds = 30)
    {
        var waiting = Stopwatch.StartNew();
        while (At(path).Length < count)
        {
            if (waiting.Elapsed.TotalSeconds > seconds) Assert.Fail($"{path} has had {At(path).Length} of {count} within {seconds} s.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        return At(path);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var path = context.Request.Path.Value!;
        _received.Enqueue(new Received(path, context.Request.Headers.ToDictionary(
            header => header.Key.ToLowerInvariant(), header => header.Value.ToString()), body, context.Request.Protocol));
        if (_answers.TryGetValue(path, out var answer)) await answer(context);
        else context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}

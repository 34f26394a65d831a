using System.Buffers.Binary;
using System.Collections.Concurrent;
using LifeCircle.EndToEnd.Tests.Telemetry.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace LifeCircle.EndToEnd.Tests.Telemetry;

/// <summary>A span as a collector sees it.</summary>
/// <param name="Service">Whose.</param>
/// <param name="Source">The instrumentation that made it.</param>
/// <param name="TraceId">Hex.</param>
/// <param name="Id">Hex.</param>
/// <param name="ParentId">Hex; empty for the first of a trace.</param>
/// <param name="Name">What was done.</param>
internal sealed record ReceivedSpan(string Service, string Source, string TraceId, string Id, string ParentId, string Name);

/// <summary>A collector on a loopback port: takes traces over OTLP/gRPC, and metrics and logs without looking at them.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const int PrefixLength = 5; // a byte for compression and four for the length

    private readonly WebApplication _server;
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();

    private OtlpReceiver(WebApplication server) => _server = server;

    public string Address => _server.Urls.Single();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(server);
        server.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", receiver.ExportAsync);
        server.MapPost("/{service}/Export", AnswerAsync);
        await server.StartAsync();
        return receiver;
    }

    /// <summary>The spans of a trace that have come so far.</summary>
    public IReadOnlyList<ReceivedSpan> Trace(string traceId) => [.. _spans.Where(span => span.TraceId == traceId)];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ExportAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var message = body.GetBuffer().AsSpan(PrefixLength, BinaryPrimitives.ReadInt32BigEndian(body.GetBuffer().AsSpan(1)));
        foreach (var resource in ExportTraceServiceRequest.Parser.ParseFrom(message).ResourceSpans)
        {
            var service = resource.Resource.Attributes.First(attribute => attribute.Key == "service.name").Value.StringValue;
            foreach (var scope in resource.ScopeSpans)
                foreach (var span in scope.Spans)
                    _spans.Enqueue(new ReceivedSpan(
                        service, scope.Scope.Name, Hex(span.TraceId), Hex(span.SpanId), Hex(span.ParentSpanId), span.Name));
        }
        await AnswerAsync(context);

        static string Hex(Google.Protobuf.ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", "0");
        await context.Response.Body.WriteAsync(new byte[PrefixLength], context.RequestAborted); // an empty message
    }
}

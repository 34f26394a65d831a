using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;

namespace LifeCircle.Testing;

/// <summary>What a service would send to a collector.</summary>
public sealed class RecordedTelemetry
{
    /// <summary>As in production, whatever the tests' own level is; nothing is recorded unless it is sent somewhere, if only to a closed port.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Settings =>
        [new("Logging:LogLevel:Default", "Information"), new("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")];

    public ConcurrentQueue<Activity> Spans { get; } = [];

    /// <summary>Messages, attributes, exceptions and scopes.</summary>
    public ConcurrentQueue<string> Logs { get; } = [];

    /// <summary>Every text that stands in a span or log.</summary>
    public IReadOnlyList<string> Texts =>
    [
        .. Spans.SelectMany(span => span.TagObjects.Concat(span.Events.SelectMany(happened => happened.Tags)).Select(tag => $"{tag.Value}").Append(span.DisplayName)),
        .. Logs,
    ];

    /// <summary>For a service's test that overrides what it configures.</summary>
    public void Watch(IServiceCollection services)
    {
        services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(new SimpleActivityExportProcessor(new Spying<Activity>(Spans.Enqueue))));
        services.ConfigureOpenTelemetryLoggerProvider(logging => logging.AddProcessor(new SimpleLogRecordExportProcessor(new Spying<LogRecord>(log =>
        {
            var scopes = new List<string>();
            log.ForEachScope((scope, seen) =>
            {
                foreach (var item in scope) seen.Add($"{item}");
            }, scopes);
            Logs.Enqueue($"{log.FormattedMessage} {string.Join(' ', log.Attributes ?? [])} {log.Exception} {string.Join(' ', scopes)}");
        }))));
    }

    /// <summary>The spans so far of what is done, within one trace; not those of the test's own client.</summary>
    public async Task<Func<IReadOnlyList<Activity>>> TraceAsync(Func<Task> ask)
    {
        using var asking = new Activity("asking") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        await ask();
        var trace = asking.TraceId;
        return () => [.. Spans.Where(span => span.TraceId == trace && span.Source.Name != "System.Net.Http")];
    }

    private sealed class Spying<T>(Action<T> see) : BaseExporter<T> where T : class
    {
        public override ExportResult Export(in Batch<T> batch)
        {
            foreach (var item in batch) see(item);
            return ExportResult.Success;
        }
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LifeCircle.ServiceDefaults;

/// <summary>Traces, metrics and logs over OTLP, to wherever <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> points.</summary>
public static class Telemetry
{
    public static void AddTelemetry(this IHostApplicationBuilder builder, string service)
    {
        // The frameworks log addresses with their queries, in which a name or a phone number may stand.
        foreach (var category in (string[])["Microsoft.AspNetCore", "System.Net.Http.HttpClient", "Polly"])
            builder.Logging.AddFilter(category, LogLevel.Warning);
        // Nobody looks: requests keep their trace ids, and nothing is recorded.
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return;

        // Without scopes, which hold the path of the request; its trace tells which request it was.
        builder.Logging.AddOpenTelemetry(logs => logs.IncludeFormattedMessage = true);

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                builder.Configuration["OTEL_SERVICE_NAME"] ?? service, serviceNamespace: "lifecircle"))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter("LifeCircle.*", "MassTransit", "Npgsql"))
            .WithTracing(tracing => tracing
                .AddSource("LifeCircle.*", "MassTransit")
                .AddAspNetCoreInstrumentation(web => web.Filter = IsBusiness)
                .AddHttpClientInstrumentation()
                .AddNpgsql()
                .AddProcessor<SecretAddresses>())
            .UseOtlpExporter();
    }

    // Probes come every few seconds and would bury what people did.
    private static bool IsBusiness(HttpContext context) => !context.Request.Path.StartsWithSegments("/health");
}

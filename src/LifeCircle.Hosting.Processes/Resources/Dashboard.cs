namespace Aspire.Hosting;

/// <summary>The Aspire dashboard as the collector of traces, metrics and logs of all projects; nobody waits for it.</summary>
internal static class Dashboard
{
    /// <param name="builder">With all its resources.</param>
    /// <param name="folder">The folder 'tools' of the package Aspire.Dashboard.Sdk.</param>
    public static void AddDashboard(this DistributedApplicationBuilder builder, string folder)
    {
        var token = builder.AddParameter("dashboard-token", secret: true);
        var key = builder.AddParameter("dashboard-otlp-key", secret: true);
        var dashboard = builder.AddExecutable("dashboard", Path.Combine(folder, "Aspire.Dashboard"), folder)
            .WithHttpEndpoint().WithHttpHealthCheck("/health").WithHttpEndpoint(name: "otlp");
        var (page, collector) = (dashboard.GetEndpoint("http"), dashboard.GetEndpoint("otlp"));
        page.Page = () => "/login?t=" + token.Resource.Value;
        dashboard.WithEnvironment("ASPNETCORE_URLS", page)
            .WithEnvironment("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", collector)
            .WithEnvironment("DASHBOARD__FRONTEND__AUTHMODE", "BrowserToken")
            .WithEnvironment("DASHBOARD__FRONTEND__BROWSERTOKEN", token)
            .WithEnvironment("DASHBOARD__OTLP__AUTHMODE", "ApiKey")
            .WithEnvironment("DASHBOARD__OTLP__PRIMARYAPIKEY", key);
        foreach (var project in builder.Resources.OfType<ProjectResource>())
            new ResourceBuilder<ProjectResource>(project, builder)
                .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", collector)
                .WithEnvironment("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
                .WithEnvironment("OTEL_EXPORTER_OTLP_HEADERS", ReferenceExpression.Create($"x-otlp-api-key={key}"));
    }
}

using LifeCircle.Hosting.Processes.Running;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The Aspire dashboard (from the package Aspire.Dashboard.Sdk) as the collector of traces, metrics and logs; nobody waits for it.</summary>
internal sealed class DashboardResource : ExecutableResource
{
    private readonly ParameterResource _token;
    private readonly ParameterResource _key;

    public DashboardResource(string folder, ParameterResource token, ParameterResource key) : base("dashboard", Path.Combine(folder, "Aspire.Dashboard"), folder)
    {
        (_token, _key) = (token, key);
        Endpoints.Add(new EndpointAnnotation("http", "http", null, null) { External = true });
        Endpoints.Add(new EndpointAnnotation("otlp", "http", null, null));
        HealthCheck = new HttpHealthCheck("/health", 200, "http");
        Variables.Add(context =>
        {
            context.EnvironmentVariables["ASPNETCORE_URLS"] = Endpoints[0].UrlOf(0);
            context.EnvironmentVariables["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = Endpoints[1].UrlOf(0);
            context.EnvironmentVariables["DASHBOARD__FRONTEND__AUTHMODE"] = "BrowserToken";
            context.EnvironmentVariables["DASHBOARD__FRONTEND__BROWSERTOKEN"] = _token;
            context.EnvironmentVariables["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey";
            context.EnvironmentVariables["DASHBOARD__OTLP__PRIMARYAPIKEY"] = _key;
        });
    }

    /// <summary>For a browser: the token is in it.</summary>
    public async Task<string> LoginAsync() => $"{Endpoints[0].UrlOf(0)}/login?t={await _token.GetValueAsync()}";

    public async Task AddExporterAsync(Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = Endpoints[1].UrlOf(0);
        environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
        environment["OTEL_EXPORTER_OTLP_HEADERS"] = "x-otlp-api-key=" + await _key.GetValueAsync(cancellationToken);
    }

    internal override IEnumerable<string> FindMissing(InstalledServers servers)
    {
        if (!File.Exists(Command))
            yield return $"{Name}: there is no {Command}: --dashboard names the folder 'tools' of the package Aspire.Dashboard.Sdk.";
    }
}

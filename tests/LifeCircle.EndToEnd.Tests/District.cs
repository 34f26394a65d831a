using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Aspire.Hosting;
using LifeCircle.EndToEnd.Tests.Telemetry;
using LifeCircle.Hosting.Processes;
using LifeCircle.Testing;
using RabbitMQ.Client;

namespace LifeCircle.EndToEnd.Tests;

/// <summary>The whole topology of AppHost.cs on this machine, beside any other that runs here.</summary>
public class District : IAsyncLifetime
{
    private readonly string[] _options;
    private OtlpReceiver? _collector;
    private DistributedApplication? _application;
    private IConnection? _broker;

    /// <param name="options">As on the AppHost's command line.</param>
    public District(params string[] options) => _options = options;

    public DistributedApplication Application => _application ?? throw new InvalidOperationException("The district has not been started.");

    public Uri Gateway => Application.GetEndpoint("gateway");

    internal OtlpReceiver Collector => _collector!;

    public async ValueTask InitializeAsync()
    {
        _collector = await OtlpReceiver.StartAsync();
        Environment.SetEnvironmentVariable("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", _collector.Address);
        // As for a demonstration: what residents have an hour for is over when it is.
        foreach (var least in (string[])["Venues__LeastDrawMinutes", "Venues__LeastNoShowMinutes"]) Environment.SetEnvironmentVariable(least, "0");
        _application = await ProcessesHost.BuildAsync(Assembly.Load("LifeCircle.AppHost"), ["--no-fsync", .. _options]);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        await _application.StartAsync(patience.Token);
    }

    /// <summary>A client through the gateway, with a token of one of the demo clients; without any for null.</summary>
    public async Task<HttpClient> ClientAsync(string? client = "demo-planner")
    {
        var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true) { BaseAddress = Gateway };
        if (client is null) return http;
        using var response = await TokenAsync(http, client);
        var token = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("access_token").GetString());
        return http;
    }

    /// <summary>What the token endpoint answers a demo client.</summary>
    public async Task<HttpResponseMessage> TokenAsync(HttpClient http, string client, string? scope = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token");
        var secret = await Application.GetParameterAsync($"{client}-secret");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:{secret}")));
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };
        if (scope is not null) form["scope"] = scope;
        request.Content = new FormUrlEncodedContent(form);
        return await http.SendAsync(request);
    }

    /// <summary>Hears every event of a type that is published from now on.</summary>
    public async Task<EventListener<T>> ListenAsync<T>() where T : class
    {
        _broker ??= await new ConnectionFactory { Uri = new(await Application.GetConnectionStringAsync("messaging")) }.CreateConnectionAsync();
        return await TestBroker.ListenAsync<T>(await _broker.CreateChannelAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
        if (_application is not null) await _application.DisposeAsync();
        if (_collector is not null) await _collector.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The district as deploy/up.sh shows it to a newcomer, shared by all tests.</summary>
public sealed class DemoDistrict() : District;

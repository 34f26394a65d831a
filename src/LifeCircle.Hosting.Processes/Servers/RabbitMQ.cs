using System.Globalization;
using LifeCircle.Hosting.Processes.Running;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An installed RabbitMQ as a node of its own, with its own epmd; every port listens on the loopback interface only.</summary>
public sealed class RabbitMQServerResource : Resource, IResourceWithConnectionString, IResourceWithEndpoints, IResourceWithEnvironment
{
    internal RabbitMQServerResource(string name, ParameterResource password) : base(name)
    {
        PasswordParameter = password;
        foreach (var endpoint in (string[])["tcp", "distribution", "epmd"])
            Endpoints.Add(new EndpointAnnotation(endpoint, "amqp", null, null));
    }

    public ParameterResource PasswordParameter { get; }
    public EndpointReference PrimaryEndpoint => new(this, "tcp");

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"amqp://guest:{PasswordParameter}@{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}");

    internal override bool HasHealthCheck => true;

    private bool HasManagement => Endpoints.Exists(endpoint => endpoint.Name == "management");

    public IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() =>
    [
        new("HOST", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Host)}")),
        new("PORT", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Port)}")),
        new("USERNAME", ReferenceExpression.Create($"guest")),
        new("PASSWORD", ReferenceExpression.Create($"{PasswordParameter}")),
        new("URI", ConnectionStringExpression),
    ];

    internal override IEnumerable<string> FindMissing(InstalledServers servers)
    {
        if (servers.RabbitMQ() is null || servers.Program("erl") is null || servers.Program("epmd") is null)
            yield return $"{Name}: RabbitMQ is not installed: sudo apt-get install --no-install-recommends rabbitmq-server";
    }

    internal override async Task<LaunchSpec?> PrepareAsync(RunContext run, int replica, CancellationToken cancellationToken)
    {
        var home = run.Folder.PrivateFolder(Name);
        var config = Path.Combine(home, "rabbitmq.conf");
        var plugins = Path.Combine(home, "enabled_plugins");
        await File.WriteAllTextAsync(plugins, HasManagement ? "[rabbitmq_management].\n" : "[].\n", cancellationToken);
        await File.WriteAllTextAsync(config, $"""
            listeners.tcp.default = 127.0.0.1:{Port("tcp")}
            default_user = guest
            default_pass = {await PasswordParameter.GetValueAsync(cancellationToken)}
            distribution.listener.interface = 127.0.0.1
            distribution.listener.port_range.min = {Port("distribution")}
            distribution.listener.port_range.max = {Port("distribution")}
            log.console = true
            log.console.level = info
            log.file = false
            disk_free_limit.absolute = 200MB
            {(HasManagement ? $"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {Port("management")}" : "")}

            """, cancellationToken);
        File.SetUnixFileMode(config, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var environment = await EnvironmentAsync(cancellationToken);
        foreach (var (variable, value) in (IEnumerable<(string, string)>)
            [
                ("HOME", home), // holds the Erlang cookie
                ("RABBITMQ_NODENAME", $"{Name}-{run.Folder.Id}@localhost"),
                ("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
                ("RABBITMQ_CONFIG_FILE", config),
                ("RABBITMQ_ADVANCED_CONFIG_FILE", Path.Combine(home, "advanced.config")),
                ("RABBITMQ_ENABLED_PLUGINS_FILE", plugins),
                ("RABBITMQ_MNESIA_BASE", Path.Combine(home, "data")),
                ("RABBITMQ_LOG_BASE", home),
                ("RABBITMQ_LOGS", "-"),
                ("RABBITMQ_PID_FILE", Path.Combine(home, "pid")),
                ("RABBITMQ_DIST_PORT", Port("distribution")),
                ("ERL_EPMD_PORT", Port("epmd")),
                ("ERL_EPMD_ADDRESS", "127.0.0.1"),
                // Together: the script becomes the server instead of standing in front of it and swallowing signals.
                ("RABBITMQ_ALLOW_INPUT", "true"),
                ("RABBITMQ_SERVER_START_ARGS", "-noinput"),
            ])
            environment[variable] = value;

        // A server starts epmd as a daemon that outlives it; one that is there already, in our process group, is used instead and ends with us.
        return new LaunchSpec("sh", ["-c", "epmd & exec \"$0\"", run.Servers.RabbitMQ()!], home, environment) { Grace = TimeSpan.FromSeconds(20) };
    }

    internal override Task<bool> ProbeAsync(RunContext run, int replica, CancellationToken cancellationToken) =>
        Probes.AmqpAsync(Endpoints[0].Ports[0], cancellationToken);

    private string Port(string endpoint) => EndpointNamed(endpoint).Ports[0].ToString(CultureInfo.InvariantCulture);
}
